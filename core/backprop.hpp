// The forward and the backward pass over blocks of rows. The definition is backprop.py.
#pragma once

#include "outputs.hpp"
#include "products.hpp"
#include "random.hpp"

// Rows that pass through the network together: few enough that their activations stay in the second-level cache, or for a training that
// they are fewer than the parameters, which do not stay there either.
template <class T> int block_rows(const Architecture &network, size_t rows, bool training) {
    size_t numbers = 0;
    for (int size : network.sizes) numbers += padded<T>(size);
    const size_t few = (size_t(1) << 20) / sizeof(T);
    size_t most = (training ? std::max(few, network.parameters()) : few) / numbers;
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

// Rows of a layer's weights, with those of its biases as the last row; transposed weights are one part.
struct Part {
    size_t layer;
    int begin_row, end_row;
    size_t begin, end;  // in the layout
};

// All parts of a network, each so small that its gradient stays in the cache until the step is made. The rows of sparse data give the
// gradient of the whole first layer at once.
template <class T> std::vector<Part> parts_of(const Layout<T> &layout, bool sparse) {
    std::vector<Part> made;
    for (size_t l = 0; l < layout.layers.size(); l++) {
        const auto &layer = layout.layers[l];
        const int all = layer.in + 1, few = int((size_t(1) << 16) / sizeof(T) / layer.width) / TILE_ROWS * TILE_ROWS;
        const int rows = layer.transposed || (sparse && l == 0) ? all : std::max(few, TILE_ROWS);
        for (int row = 0; row < all; row += rows) {
            const int end = std::min(row + rows, all);
            made.push_back({l, row, end, layer.weights + size_t(row) * layer.width,
                            end == all ? layer.end : layer.weights + size_t(end) * layer.width});
        }
    }
    return made;
}

template <class T> class Passes {
public:
    using V = Wide<T>;
    static constexpr int L = LANES<T>;
    static constexpr int PANEL = 4 * L;  // columns of transposed weights at a time

    // `gathers`: dense rows will come in an order, and have to be brought together first.
    Passes(const Architecture &network_, size_t rows, bool backward, bool gathers = false, bool sparse = false, int few = FEW_OUTPUTS<T>)
        : network(network_), layout(network_, few), parts(parts_of(layout, sparse)), block(block_rows<T>(network_, rows, backward)), last(network_, layout.layers.back(), block),
          pads(layout.layers.front().transposed) {
        if (gathers || pads) inputs = Buffer<T>(size_t(block) * first_ld());
        int widest = 0;
        for (const auto &layer : layout.layers) {
            const size_t numbers = &layer == &layout.layers.back() ? last.size : size_t(block) * layer.width;
            values.emplace_back(numbers);
            if (backward) deltas.emplace_back(numbers);
            if (!layer.transposed) widest = std::max(widest, layer.width);
        }
        if (backward) transposed = Buffer<T>(size_t(widest) * PANEL);
    }

    static std::unique_ptr<Passes> to_predict(const Architecture &network, size_t rows) {
        return std::make_unique<Passes>(network, rows, false, false, false, FEW_PREDICTED<T>);
    }

    // The outputs of rows [begin, begin + count), written without padding to `out` (count, outputs).
    void outputs(const Vector<T> &point, Rows<T> rows, size_t begin, size_t count, T *out) {
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            forward(point, rows, at, m);
            for (int i = 0; i < m; i++, out += last.out) copy_row(values.back().data() + last.at(i, 0), last.step, last.out, out, 1);
        }
    }

    // The sum of the losses of rows [begin, begin + count).
    double loss(const Vector<T> &point, Rows<T> rows, size_t begin, size_t count) {
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
    double gradient(const Vector<T> &point, Rows<T> rows, size_t begin, size_t count, T scale, T *gradient, const Dropout *dropout = nullptr,
                    size_t first_row = 0) {
        double total = 0;
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            total += backward(point, rows, at, m, scale, dropout, first_row + at - begin);
            for (const auto &part : parts) add_gradient(part, at == begin, gradient + part.begin);
        }
        return total;
    }

    // The sum of the losses of at most `block` rows, and every delta_l of `scale` times it: what the parts of the gradient need.
    double backward(const Vector<T> &point, Rows<T> rows, size_t begin, int m, T scale, const Dropout *dropout = nullptr, size_t first_row = 0) {
        if (dropout) draw_masks(*dropout, first_row, m);
        forward(point, rows, begin, m);
        last.take_targets(rows, begin, m);
        const double total = last.loss(m, values.back().data());
        last.delta(m, scale, values.back().data(), deltas.back().data());
        for (size_t l = layout.layers.size(); --l > 0;) propagate(point, l, m);
        return total;
    }

    // A part of the gradient from the block's deltas, written to `to`, or added to what is there.
    void add_gradient(const Part &part, bool anew, T *to) const {
        if (anew) add_gradient<Onto::nothing>(part, to);
        else add_gradient<Onto::itself>(part, to);
    }

    // The largest distance of an output from its target.
    double largest_error(const Vector<T> &point, Rows<T> rows, size_t count) {
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
    void forward(const Vector<T> &point, Rows<T> rows, size_t begin, int m) {
        const int in = network.inputs();
        current = rows;
        current_begin = begin;
        current_rows = m;
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

    // deltas[l - 1] = (deltas[l] W_l^T) * f'(z_{l-1})
    void propagate(const Vector<T> &point, size_t l, int m) {
        const auto &layer = layout.layers[l], &below = layout.layers[l - 1];
        const T *W = point.weights(l), *delta = deltas[l].data();
        T *to = deltas[l - 1].data();
        if (layer.transposed)
            product<Onto::nothing>(m, below.width, layer.out, Matrix<T>{delta, last.row, last.step}, W, layer.width, to, below.width);
        else
            for (int i = 0; i < below.width; i += PANEL) {
                const int width = std::min(PANEL, below.width - i), rows = std::min(width, layer.in - i);
                transpose(rows, layer.out, W + size_t(i) * layer.width, layer.width, transposed.data(), width);
                product<Onto::nothing>(m, width, layer.out, Matrix<T>{delta, layer.width, 1}, transposed.data(), width, to + i, below.width);
            }
        if (has_mask(l - 1)) multiply(size_t(m) * below.width, to, masks[l - 1].data(), to);
        pull_back(below.activation, size_t(m) * below.width, values[l - 1].data(), to);
    }

    // Row i of what layer l takes in.
    const T *before(size_t l, int i) const {
        return l ? values[l - 1].data() + size_t(i) * layout.layers[l - 1].width : first + i * first_ld();
    }

    const Architecture network;
    const Layout<T> layout;
    const std::vector<Part> parts;
    const int block;
    std::vector<Buffer<T>> values, deltas;  // a_l and delta_l of each layer
    Outputs<T> last;

private:
    ptrdiff_t first_ld() const { return pads ? layout.layers.front().width : network.inputs(); }

    // Of the first layer, where the rows are sparse: entry by entry.
    void sparse_product(const Vector<T> &point, const LayerPlace &layer, int m, T *z) const {
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

    // dL/dW_l = a_{l-1}^T delta_l, dL/db_l = the column sums of delta_l
    template <Onto ONTO> void add_gradient(const Part &part, T *to) const {
        const size_t l = part.layer;
        const auto &layer = layout.layers[l];
        const int m = current_rows;
        const T *delta = deltas[l].data(), *before = l ? given_on(l - 1) : first;
        const ptrdiff_t ld = l ? layout.layers[l - 1].width : first_ld();
        T *biases = to + (layer.biases - part.begin);
        if (!before) {
            sparse_gradient(layer, m, delta, to, ONTO == Onto::nothing);
        } else if (layer.transposed) {  // what a has in its padding must not get into the gradient
            product<ONTO>(layer.out, layer.width, m, Matrix<T>{delta, last.step, last.row}, before, ld, to, layer.width);
            for (int k = 0; k < layer.out; k++)
                for (int i = layer.in; i < layer.width; i++) to[layer.weight(i, k)] = 0;
        } else {
            const int end = std::min(part.end_row, layer.in);
            product<ONTO>(end - part.begin_row, layer.width, m, Matrix<T>{before + part.begin_row, 1, ld}, delta, layer.width, to, layer.width);
        }
        if (part.end_row <= layer.in) return;
        if (layer.transposed) sums_of_columns<ONTO>(m, delta, biases);
        else column_sums<ONTO>(m, layer.width, delta, biases);
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
    int current_rows = 0;
};
