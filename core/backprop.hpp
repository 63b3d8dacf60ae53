// The forward and the backward pass over blocks of rows. The definition is backprop.py.
#pragma once

#include "layout.hpp"
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
        : network(network_), layout(network_), block(block_rows<T>(network_, rows)) {
        if (gathers) inputs = Buffer<T>(size_t(block) * network.inputs());
        const int last = padded<T>(network.outputs());
        targets = Buffer<T>(size_t(block) * last);
        used = Buffer<T>(last);
        weights = Buffer<T>(block + L);
        column = Buffer<T>(block + L);
        column_targets = Buffer<T>(block + L);
        if (network.activations.back() == Activation::softmax && network.outputs() <= FEW_CLASSES)
            classes = Buffer<T>((size_t(block) + L) * network.outputs());
        labels.resize(block);
        for (int j = 0; j < network.outputs(); j++) used[j] = 1;
        size_t transposed_size = 0;
        for (const auto &layer : layout.layers) {
            values.emplace_back(size_t(block) * layer.width);
            if (backward) deltas.emplace_back(size_t(block) * layer.width);
            const size_t size = size_t(layer.out) * padded<T>(layer.in);
            if (&layer != &layout.layers.front() && size > transposed_size) transposed_size = size;
        }
        if (backward) transposed = Buffer<T>(transposed_size);
    }

    // The outputs of rows [begin, begin + count), written without padding to `out` (count, outputs).
    void outputs(const Point<T> &point, Rows<T> rows, size_t begin, size_t count, T *out) {
        const auto &last = layout.layers.back();
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            forward(point, rows, at, m);
            for (int i = 0; i < m; i++, out += last.out)
                std::memcpy(out, values.back().data() + size_t(i) * last.width, last.out * sizeof(T));
        }
    }

    // The sum of the losses of rows [begin, begin + count).
    double loss(const Point<T> &point, Rows<T> rows, size_t begin, size_t count) {
        double total = 0;
        for (size_t at = begin; at < begin + count; at += block) {
            const int m = int(std::min<size_t>(block, begin + count - at));
            forward(point, rows, at, m);
            take_targets(rows, at, m);
            total += block_loss(m);
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
            take_targets(rows, at, m);
            total += block_loss(m);
            output_delta(m, scale);
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
            take_targets(rows, at, m);
            const int width = layout.layers.back().width;
            for (int i = 0; i < m; i++)
                for (int k = 0; k < network.outputs(); k++) {
                    const T error = std::abs(values.back()[size_t(i) * width + k] - targets[size_t(i) * width + k]);
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
        } else if (rows.order) {
            for (int i = 0; i < m; i++) copy_row(rows.x(begin + i, in), in, inputs.data() + size_t(i) * in);
            first = inputs.data();
        } else {
            first = rows.X + begin * in;
        }
        const T *before = first;
        ptrdiff_t ld = in;
        for (size_t l = 0; l < layout.layers.size(); l++) {
            const auto &layer = layout.layers[l];
            T *z = values[l].data();
            if (!before) sparse_product(point, layer, m, z);
            else
                product<Onto::bias>(m, layer.width, layer.in, Matrix<T>{before, ld, 1}, point.weights(l), layer.width, z, layer.width,
                                    point.biases(l));
            activate(layer, m, z);
            before = masked(l, m);
            ld = layer.width;
        }
    }

    void take_targets(Rows<T> rows, size_t begin, int m) {
        const int out = network.outputs(), width = layout.layers.back().width;
        for (int i = 0; i < m; i++) copy_row(rows.y(begin + i, out), out, targets.data() + size_t(i) * width);
        labelled = rows.classes;
        if (labelled)
            for (int i = 0; i < m; i++) labels[i] = rows.classes[rows.number(begin + i)];
        weighted = rows.weights;
        if (weighted)
            for (int i = 0; i < m; i++) weights[i] = rows.weight(begin + i);
    }

    // delta_L = scale * dl/dz_L of each example.
    void output_delta(int m, T scale) {
        const auto &layer = layout.layers.back();
        const size_t count = size_t(m) * layer.width;
        const T *a = values.back().data(), *y = targets.data();
        T *delta = deltas.back().data();
        if (layer.out == 1) {
            single_output_delta(layer, m, scale);
            return;
        }
        if (network.matching_output()) {
            for (size_t i = 0; i < count; i += L) store(delta + i, (load<V>(a + i) - load<V>(y + i)) * scale);
        } else {
            with_loss(network.loss, [&](auto loss) {
                for (size_t i = 0; i < count; i += L) store(delta + i, loss.slope(load<V>(a + i), load<V>(y + i)) * scale);
            });
            pull_back(layer, m, a, delta);
        }
        mask(layer, m, delta);
        if (weighted)
            for (int i = 0; i < m; i++)
                for (int k = 0; k < layer.width; k++) delta[size_t(i) * layer.width + k] *= weights[i];
    }

    // Of one output unit: its column side by side, since most of each row is padding; that of delta is zero and stays so.
    void single_output_delta(const LayerPlace &layer, int m, T scale) {
        take_column(layer, m, values.back().data(), column);
        take_column(layer, m, targets.data(), column_targets);
        T *a = column.data(), *y = column_targets.data(), *delta = deltas.back().data();
        with_loss(network.loss, [&](auto loss) {
            with_activation(layer.activation, [&](auto row) {
                for (int i = 0; i < m; i += L) {
                    const V value = load<V>(a + i), target = load<V>(y + i);
                    if (network.matching_output()) store(a + i, (value - target) * scale);
                    else store(a + i, loss.slope(value, target) * scale * row.slope(value));
                }
            });
        });
        for (int i = 0; i < m; i++) delta[size_t(i) * layer.width] = weighted ? a[i] * weights[i] : a[i];
    }
    static void take_column(const LayerPlace &layer, int m, const T *from, Buffer<T> &to) {
        for (int i = 0; i < m; i++) to[i] = from[size_t(i) * layer.width];
    }

    // From deltas.back() to the gradient of every parameter, or added to it.
    template <Onto ONTO> void backward(const Point<T> &point, int m, T *gradient) {
        for (size_t l = layout.layers.size(); l-- > 0;) {
            const auto &layer = layout.layers[l];
            const T *delta = deltas[l].data();
            const T *before = l ? given_on(l - 1) : first;
            const ptrdiff_t ld = l ? layout.layers[l - 1].width : layer.in;
            // dL/dW_l = a_{l-1}^T delta_l, dL/db_l = the column sums of delta_l
            if (!before) sparse_gradient(layer, m, delta, gradient + layer.weights, ONTO == Onto::nothing);
            else
                product<ONTO>(layer.in, layer.width, m, Matrix<T>{before, 1, ld}, delta, layer.width, gradient + layer.weights, layer.width);
            column_sums<ONTO>(m, layer.width, delta, gradient + layer.biases);
            if (l) propagate(point, l, m);
        }
    }

    // deltas[l - 1] = (deltas[l] W_l^T) * f'(z_{l-1})
    void propagate(const Point<T> &point, size_t l, int m) {
        const auto &layer = layout.layers[l], &below = layout.layers[l - 1];
        if (layer.out == 1) {  // one unit: the transposed weights are a column, and the product an outer one
            for (int i = 0; i < below.width; i++) transposed[i] = i < below.out ? point.weights(l)[size_t(i) * layer.width] : T(0);
        } else {
            transpose(layer.in, layer.out, point.weights(l), layer.width, transposed.data(), below.width);
            for (int j = 0; j < layer.out; j++)
                for (int i = layer.in; i < below.width; i++) transposed[size_t(j) * below.width + i] = 0;
        }
        product<Onto::nothing>(m, below.width, layer.out, Matrix<T>{deltas[l].data(), layer.width, 1}, transposed.data(), below.width,
                               deltas[l - 1].data(), below.width);
        if (has_mask(l - 1)) multiply(size_t(m) * below.width, deltas[l - 1].data(), masks[l - 1].data(), deltas[l - 1].data());
        pull_back(below, m, values[l - 1].data(), deltas[l - 1].data());
    }

    // g = dL/da becomes dL/dz.
    void pull_back(const LayerPlace &layer, int m, const T *a, T *g) const {
        const size_t count = size_t(m) * layer.width;
        if (layer.activation == Activation::softmax) {
            for (int i = 0; i < m; i++) softmax_pull_back(layer, a + size_t(i) * layer.width, g + size_t(i) * layer.width);
            return;
        }
        if (layer.activation == Activation::identity) return;
        with_activation(layer.activation, [&](auto row) {
            for (size_t i = 0; i < count; i += L) store(g + i, load<V>(g + i) * row.slope(load<V>(a + i)));
        });
    }

    void mask(const LayerPlace &layer, int m, T *g) const {
        if (layer.width == layer.out) return;
        const int last = layer.width - L;  // only the last vector of a row has padding
        const V keep = load<V>(used.data() + last);
        for (int i = 0; i < m; i++) {
            T *at = g + size_t(i) * layer.width + last;
            store(at, keep != 0 ? load<V>(at) : V{});
        }
    }

    double block_loss(int m) const {
        const auto &layer = layout.layers.back();
        const T *a = values.back().data(), *y = targets.data();
        V total{};
        if (layer.out == 1) {
            take_column(layer, m, a, column);
            take_column(layer, m, y, column_targets);
            with_loss(network.loss, [&](auto loss) { total = column_loss(loss, m); });
            return double(sum(total));
        }
        if (labelled && network.loss == Loss::categorical_cross_entropy) {  // of each row only the share of its class counts
            for (int i = 0; i < m; i++) column[i] = a[size_t(i) * layer.width + labels[i]];
            for (int i = 0; i < m; i++) column_targets[i] = 1;
            return double(sum(column_loss(CategoricalCrossEntropy{}, m)));
        }
        with_loss(network.loss, [&](auto loss) {
            for (int k = 0; k < layer.width; k += L) {
                const V keep = load<V>(used.data() + k);
                for (int i = 0; i < m; i++) {
                    const size_t at = size_t(i) * layer.width + k;
                    const V value = keep != 0 ? loss.value(load<V>(a + at), load<V>(y + at)) : V{};
                    total += weighted ? value * weights[i] : value;
                }
            }
        });
        return double(sum(total));
    }

    template <class Row> V column_loss(Row loss, int m) const {
        V total{};
        for (int i = 0; i < m; i += L) {
            V value = loss.value(load<V>(column.data() + i), load<V>(column_targets.data() + i));
            if (weighted) value *= load<V>(weights.data() + i);
            if (m - i < L)
                for (int lane = m - i; lane < L; lane++) value[lane] = 0;
            total += value;
        }
        return total;
    }

    // Row i of what layer l takes in.
    const T *before(size_t l, int i) const {
        return l ? values[l - 1].data() + size_t(i) * layout.layers[l - 1].width : first + size_t(i) * network.inputs();
    }

    const Architecture network;
    const Layout<T> layout;
    const int block;
    std::vector<Buffer<T>> values, deltas;  // a_l and delta_l of each layer
    Buffer<T> targets, weights;  // of the block's rows
    bool weighted = false, labelled = false;
    std::vector<uint32_t> labels;  // the classes of the block's rows, where each has one

private:
    // Of the first layer, where the rows are sparse: entry by entry.
    void sparse_product(const Point<T> &point, const LayerPlace &layer, int m, T *z) const {
        for (int i = 0; i < m; i++, z += layer.width) {
            std::memcpy(z, point.biases(0), layer.width * sizeof(T));
            current.each_entry(current_begin + i, [&](int32_t column_, T x) {
                const T *w = point.weights(0) + size_t(column_) * layer.width;
                for (int j = 0; j < layer.width; j += L) store(z + j, load<V>(z + j) + x * load<V>(w + j));
            });
        }
    }
    void sparse_gradient(const LayerPlace &layer, int m, const T *delta, T *to, bool anew) const {
        if (anew) std::memset(to, 0, size_t(layer.in) * layer.width * sizeof(T));
        for (int i = 0; i < m; i++, delta += layer.width)
            current.each_entry(current_begin + i, [&](int32_t column_, T x) {
                T *g = to + size_t(column_) * layer.width;
                for (int j = 0; j < layer.width; j += L) store(g + j, load<V>(g + j) + x * load<V>(delta + j));
            });
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

    void activate(const LayerPlace &layer, int m, T *z) const {
        const size_t count = size_t(m) * layer.width;
        if (layer.activation == Activation::softmax) {
            if (layer.out <= FEW_CLASSES) softmax_by_columns(layer, m, z);
            else
                for (int i = 0; i < m; i++) softmax(layer, z + size_t(i) * layer.width);
            return;
        }
        if (layer.activation == Activation::identity) return;
        if (layer.out == 1) {
            take_column(layer, m, z, column);
            with_activation(layer.activation, [&](auto row) {
                for (int i = 0; i < m; i += L) store(column.data() + i, row.value(load<V>(column.data() + i)));
            });
            for (int i = 0; i < m; i++) z[size_t(i) * layer.width] = column[i];
            return;
        }
        with_activation(layer.activation, [&](auto row) {
            for (size_t i = 0; i < count; i += L) store(z + i, row.value(load<V>(z + i)));
        });
    }

    // Of a few classes: the rows side by side, class by class, since most of each row is padding.
    void softmax_by_columns(const LayerPlace &layer, int m, T *z) const {
        const size_t step = size_t(block) + L;
        T *to = classes.data();
        for (int i = 0; i < m; i++)
            for (int k = 0; k < layer.out; k++) to[k * step + i] = z[size_t(i) * layer.width + k];
        for (int i = 0; i < m; i += L) {
            V highest = load<V>(to + i), total{};
            for (int k = 1; k < layer.out; k++) {
                const V part = load<V>(to + k * step + i);
                highest = part < highest ? highest : part;  // NaN is the highest, or comes out of the difference
            }
            for (int k = 0; k < layer.out; k++) {
                const V power = exp_of(load<V>(to + k * step + i) - highest);
                store(to + k * step + i, power);
                total += power;
            }
            for (int k = 0; k < layer.out; k++) store(to + k * step + i, load<V>(to + k * step + i) / total);
        }
        for (int i = 0; i < m; i++)
            for (int k = 0; k < layer.out; k++) z[size_t(i) * layer.width + k] = to[k * step + i];
    }

    // The padding of a row takes part as minus infinity, and comes out as 0.
    void softmax(const LayerPlace &layer, T *z) const {
        const T lowest = -std::numeric_limits<T>::infinity();
        V highest = all<V>(lowest);
        for (int k = 0; k < layer.width; k += L) {
            const V part = load<V>(used.data() + k) != 0 ? load<V>(z + k) : all<V>(lowest);
            highest = part < highest ? highest : part;  // NaN is the highest
        }
        const V largest = largest_of(highest);
        V total{};
        for (int k = 0; k < layer.width; k += L) {
            V power = exp_of(load<V>(z + k) - largest);
            power = load<V>(used.data() + k) != 0 ? power : V{};
            store(z + k, power);
            total += power;
        }
        const T whole = sum(total);
        for (int k = 0; k < layer.width; k += L) store(z + k, load<V>(z + k) / whole);
    }

    void softmax_pull_back(const LayerPlace &layer, const T *a, T *g) const {
        V total{};
        for (int k = 0; k < layer.width; k += L) {
            V part = load<V>(a + k) * load<V>(g + k);
            total += load<V>(used.data() + k) != 0 ? part : V{};
        }
        const T whole = sum(total);
        for (int k = 0; k < layer.width; k += L) store(g + k, load<V>(a + k) * (load<V>(g + k) - whole));
    }

    template <Onto ONTO> static void column_sums(int m, int width, const T *delta, T *sums) {
        for (int j = 0; j < width; j += L) {
            V total = ONTO == Onto::itself ? load<V>(sums + j) : V{};
            for (int i = 0; i < m; i++) total += load<V>(delta + size_t(i) * width + j);
            store(sums + j, total);
        }
    }

    Buffer<T> inputs, used, transposed;
    static constexpr int FEW_CLASSES = 4;
    mutable Buffer<T> column, column_targets, classes;  // one number for each row, side by side
    std::vector<Buffer<T>> masks, thinned;  // of the hidden layers with dropout, and what they give on
    const T *first = nullptr;  // a_0 of the block: the gathered rows, or the data themselves; null where they are sparse
    Rows<T> current;           // the rows of the block, from `current_begin` on
    size_t current_begin = 0;
};
