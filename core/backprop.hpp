// The forward and the backward pass over blocks of rows. The definition is backprop.py.
#pragma once

#include "outputs.hpp"
#include "products.hpp"
#include "random.hpp"

// Rows that pass through the network together: few enough that their activations stay in the second-level cache.
template <class T> int block_rows(const Architecture &network, size_t rows) {
    size_t numbers = 0;
    for (int size : network.sizes) numbers += padded<T>(size);
    size_t most = (size_t(1) << 20) / sizeof(T) / numbers;
    most = most < 48 ? 48 : most > 1008 ? 1008 : most / 48 * 48;
    return int(rows < most ? rows : most);
}

// Dropout: what each hidden layer leaves out of one batch, as descent.py defines it. The words of the generator are used layer by layer, row
// by row, one for each unit.
struct Dropout {
    std::vector<double> shares;  // for each hidden layer; empty: nothing is left out
    Random words{0};             // before the batch
    size_t rows = 0;             // of the batch

    uint64_t words_for(size_t row_count, const Architecture &network) const {
        uint64_t count = 0;
        for (size_t l = 0; l < shares.size(); l++)
            if (shares[l] > 0) count += row_count * uint64_t(network.sizes[l + 1]);
        return count;
    }
};

template <class T> class Passes {
public:
    using V = Wide<T>;
    static constexpr int L = LANES<T>;

    // `gathers`: dense rows will come in an order, and have to be brought together first.
    Passes(const Architecture &network_, size_t rows, bool backward, bool gathers = false)
        : network(network_), layout(network_), block(block_rows<T>(network_, rows)), last(network_, layout.layers.back(), block),
          pads(layout.layers.front().transposed) {
        if (gathers || pads) inputs = Buffer<T>(size_t(block) * first_ld());
        size_t transposed_size = 0;
        for (const auto &layer : layout.layers) {
            const size_t numbers = &layer == &layout.layers.back() ? last.size : size_t(block) * layer.width;
            values.emplace_back(numbers);
            if (backward) deltas.emplace_back(numbers);
            const size_t size = size_t(layer.out) * padded<T>(layer.in);
            if (&layer != &layout.layers.front() && !layer.transposed && size > transposed_size) transposed_size = size;
        }
        if (backward) transposed = Buffer<T>(transposed_size);
    }

    // The outputs of rows [begin, begin + count), written without padding to `out` (count, outputs).
    void outputs(const Point<T> &point, Rows<T> rows, size_t begin, size_t count, T *out) {
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            forward(point, rows, at, m);
            for (int i = 0; i < m; i++, out += last.out) copy_row(values.back().data() + last.at(i, 0), last.step, last.out, out, 1);
        }
    }

    // The sum of the losses of rows [begin, begin + count).
    double loss(const Point<T> &point, Rows<T> rows, size_t begin, size_t count) {
        double total = 0;
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            forward(point, rows, at, m);
            last.take_targets(rows, at, m);
            total += last.loss(m, values.back().data());
        }
        return total;
    }

    // The same, and `gradient` becomes the gradient of `scale` times that sum. `first_row` counts in the batch, for dropout.
    double gradient(const Point<T> &point, Rows<T> rows, size_t begin, size_t count, T scale, T *gradient, const Dropout *dropout = nullptr,
                    size_t first_row = 0) {
        double total = 0;
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            if (dropout) draw_masks(*dropout, first_row + at - begin, m);
            forward(point, rows, at, m);
            last.take_targets(rows, at, m);
            total += last.loss(m, values.back().data());
            last.delta(m, scale, values.back().data(), deltas.back().data());
            if (at == begin) backward<Onto::nothing>(point, m, gradient);
            else backward<Onto::itself>(point, m, gradient);
        }
        return total;
    }

    // The largest distance of an output from its target.
    double largest_error(const Point<T> &point, Rows<T> rows, size_t count) {
        T largest = 0;
        for (size_t at = 0; at < count; at += block) {
            const int m = int(std::min<size_t>(block, count - at));
            forward(point, rows, at, m);
            last.take_targets(rows, at, m);
            for (int i = 0; i < m; i++)
                for (int k = 0; k < last.out; k++) {
                    const T error = std::abs(values.back()[last.at(i, k)] - last.targets[last.at(i, k)]);
                    if (!(error <= largest)) largest = error;  // NaN is the largest
                }
        }
        return double(largest);
    }

    // a_0 of the block, then a_l = f_l(a_{l-1} W_l + b_l).
    void forward(const Point<T> &point, Rows<T> rows, size_t begin, int m) {
        const int in = network.inputs();
        current = rows;
        current_begin = begin;
        if (rows.columns) {
            first = nullptr;
        } else if (rows.order || pads) {
            for (int i = 0; i < m; i++) copy_row(rows.x(begin + i, in), in, inputs.data() + i * first_ld());
            first = inputs.data();
        } else {
            first = rows.X + begin * in;
        }
        const T *before = first;
        ptrdiff_t ld = first_ld();
        for (size_t l = 0; l < layout.layers.size(); l++) {
            const auto &layer = layout.layers[l];
            T *z = values[l].data();
            if (!before) sparse_product(point, layer, m, z);
            else if (layer.transposed)
                dots(m, layer.out, layer.width, before, ld, point.weights(l), layer.width, point.biases(l), z, last.step);
            else
                product<Onto::bias>(m, layer.width, layer.in, Matrix<T>{before, ld, 1}, point.weights(l), layer.width, z, layer.width,
                                    point.biases(l));
            if (l + 1 == layout.layers.size()) {
                last.activate(m, z);
                return;
            }
            activate(layer.activation, size_t(m) * layer.width, z);
            before = masked(l, m);
            ld = layer.width;
        }
    }

    // From deltas.back() to the gradient of every parameter, or added to it.
    template <Onto ONTO> void backward(const Point<T> &point, int m, T *gradient) {
        for (size_t l = layout.layers.size(); l-- > 0;) {
            const auto &layer = layout.layers[l];
            const T *delta = deltas[l].data();
            const T *before = l ? given_on(l - 1) : first;
            const ptrdiff_t ld = l ? layout.layers[l - 1].width : first_ld();
            T *weights = gradient + layer.weights, *biases = gradient + layer.biases;
            // dL/dW_l = a_{l-1}^T delta_l, dL/db_l = the column sums of delta_l
            if (!before) sparse_gradient(layer, m, delta, weights, ONTO == Onto::nothing);
            else if (layer.transposed)
                transposed_gradient<ONTO>(layer, m, before, ld, delta, weights);
            else
                product<ONTO>(layer.in, layer.width, m, Matrix<T>{before, 1, ld}, delta, layer.width, weights, layer.width);
            if (layer.transposed) sums_of_columns<ONTO>(m, delta, biases);
            else column_sums<ONTO>(m, layer.width, delta, biases);
            if (l) propagate(point, l, m);
        }
    }

    // deltas[l - 1] = (deltas[l] W_l^T) * f'(z_{l-1})
    void propagate(const Point<T> &point, size_t l, int m) {
        const auto &layer = layout.layers[l], &below = layout.layers[l - 1];
        const T *W = point.weights(l);
        Matrix<T> delta{deltas[l].data(), layer.width, 1};
        if (layer.transposed) {
            delta = {deltas[l].data(), last.row, last.step};
        } else {
            transpose(layer.in, layer.out, W, layer.width, transposed.data(), below.width);
            for (int j = 0; j < layer.out; j++)
                for (int i = layer.in; i < below.width; i++) transposed[size_t(j) * below.width + i] = 0;
            W = transposed.data();
        }
        T *to = deltas[l - 1].data();
        product<Onto::nothing>(m, below.width, layer.out, delta, W, below.width, to, below.width);
        if (has_mask(l - 1)) multiply(size_t(m) * below.width, to, masks[l - 1].data(), to);
        pull_back(below.activation, size_t(m) * below.width, values[l - 1].data(), to);
    }

    // Row i of what layer l takes in.
    const T *before(size_t l, int i) const {
        return l ? values[l - 1].data() + size_t(i) * layout.layers[l - 1].width : first + i * first_ld();
    }

    const Architecture network;
    const Layout<T> layout;
    const int block;
    std::vector<Buffer<T>> values, deltas;  // a_l and delta_l of each layer
    Outputs<T> last;

private:
    ptrdiff_t first_ld() const { return pads ? layout.layers.front().width : network.inputs(); }

    // Of the first layer, where the rows are sparse: entry by entry.
    void sparse_product(const Point<T> &point, const LayerPlace &layer, int m, T *z) const {
        const T *W = point.weights(0), *b = point.biases(0);
        if (layer.transposed) {
            for (int i = 0; i < m; i++) {
                copy_row(b, 1, layer.out, z + last.at(i, 0), last.step);
                current.each_entry(current_begin + i, [&](int32_t column, T x) {
                    for (int k = 0; k < layer.out; k++) z[last.at(i, k)] += x * W[layer.weight(column, k)];
                });
            }
            return;
        }
        for (int i = 0; i < m; i++, z += layer.width) {
            std::memcpy(z, b, layer.width * sizeof(T));
            current.each_entry(current_begin + i, [&](int32_t column, T x) {
                const T *w = W + size_t(column) * layer.width;
                for (int j = 0; j < layer.width; j += L) store(z + j, load<V>(z + j) + x * load<V>(w + j));
            });
        }
    }
    void sparse_gradient(const LayerPlace &layer, int m, const T *delta, T *to, bool anew) const {
        if (anew) std::memset(to, 0, (layer.biases - layer.weights) * sizeof(T));
        for (int i = 0; i < m; i++)
            current.each_entry(current_begin + i, [&](int32_t column, T x) {
                if (layer.transposed) {
                    for (int k = 0; k < layer.out; k++) to[layer.weight(column, k)] += x * delta[last.at(i, k)];
                    return;
                }
                T *g = to + size_t(column) * layer.width;
                const T *d = delta + size_t(i) * layer.width;
                for (int j = 0; j < layer.width; j += L) store(g + j, load<V>(g + j) + x * load<V>(d + j));
            });
    }

    // Of transposed weights: dL/dW^T = delta^T a. What a has in its padding must not get there.
    template <Onto ONTO> void transposed_gradient(const LayerPlace &layer, int m, const T *a, ptrdiff_t ld, const T *delta, T *to) const {
        product<ONTO>(layer.out, layer.width, m, Matrix<T>{delta, last.step, last.row}, a, ld, to, layer.width);
        for (int k = 0; k < layer.out; k++)
            for (int i = layer.in; i < layer.width; i++) to[layer.weight(i, k)] = 0;
    }

    // What layer l gives on: its values, thinned where it has a mask.
    bool has_mask(size_t l) const { return l < masks.size() && masks[l].size(); }
    const T *given_on(size_t l) const { return has_mask(l) ? thinned[l].data() : values[l].data(); }
    const T *masked(size_t l, int m) const {
        if (has_mask(l)) multiply(size_t(m) * layout.layers[l].width, values[l].data(), masks[l].data(), thinned[l].data());
        return given_on(l);
    }
    static void multiply(size_t count, const T *a, const T *b, T *to) {
        for (size_t i = 0; i < count; i += L) store(to + i, load<V>(a + i) * load<V>(b + i));
    }

    void draw_masks(const Dropout &dropout, size_t row, int m) {
        if (masks.empty()) {
            masks.resize(dropout.shares.size());
            thinned.resize(dropout.shares.size());
        }
        uint64_t layer_begin = 0;
        for (size_t l = 0; l < dropout.shares.size(); l++) {
            const double p = dropout.shares[l];
            if (p <= 0) continue;
            const auto &layer = layout.layers[l];
            if (!masks[l].size()) {
                masks[l] = Buffer<T>(size_t(block) * layer.width);
                thinned[l] = Buffer<T>(size_t(block) * layer.width);
            }
            const T kept = T(1 / (1 - p));
            for (int i = 0; i < m; i++)
                for (int j = 0; j < layer.out; j++) {
                    const uint64_t word = dropout.words.ahead(layer_begin + (row + i) * layer.out + j);
                    masks[l][size_t(i) * layer.width + j] = double(word >> 11) * 0x1p-53 >= p ? kept : T(0);
                }
            layer_begin += uint64_t(dropout.rows) * layer.out;
        }
    }

    template <Onto ONTO> static void column_sums(int m, int width, const T *delta, T *sums) {
        for (int j = 0; j < width; j += L) {
            V total = ONTO == Onto::itself ? load<V>(sums + j) : V{};
            for (int i = 0; i < m; i++) total += load<V>(delta + size_t(i) * width + j);
            store(sums + j, total);
        }
    }

    // The same of columns that lie one after the other, padded with zeros.
    template <Onto ONTO> void sums_of_columns(int m, const T *delta, T *sums) const {
        for (int k = 0; k < last.out; k++) {
            V total{};
            for (int i = 0; i < m; i += L) total += load<V>(delta + last.at(i, k));
            sums[k] = sum(total) + (ONTO == Onto::itself ? sums[k] : T(0));
        }
    }

    const bool pads;  // the rows of data have to be padded to whole vectors
    Buffer<T> inputs, transposed;
    std::vector<Buffer<T>> masks, thinned;  // of the hidden layers with dropout, and what they give on
    const T *first = nullptr;  // a_0 of the block: the gathered rows, or the data themselves; null where they are sparse
    Rows<T> current;           // the rows of the block, from `current_begin` on
    size_t current_begin = 0;
};
