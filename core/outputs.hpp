// The last layer's outputs for a block of rows, beside their targets: activation, loss and delta. The definition is backprop.py.
//
// They lie row by row with each row padded to whole vectors, or where they are few column by column: then a vector holds one output of
// several rows.
#pragma once

#include "layout.hpp"

// Activation of numbers in place, and dL/da turned into dL/dz in place, given a; softmax is not among them.
template <class T> void activate(Activation which, size_t count, T *z) {
    if (which == Activation::identity) return;
    with_activation(which, [&](auto row) {
        for (size_t i = 0; i < count; i += LANES<T>) store(z + i, row.value(load<Wide<T>>(z + i)));
    });
}
template <class T> void pull_back(Activation which, size_t count, const T *a, T *g) {
    if (which == Activation::identity) return;
    with_activation(which, [&](auto row) {
        for (size_t i = 0; i < count; i += LANES<T>) store(g + i, load<Wide<T>>(g + i) * row.slope(load<Wide<T>>(a + i)));
    });
}

template <class T> class Outputs {
public:
    using V = Wide<T>;
    static constexpr int L = LANES<T>;

    Outputs(const Architecture &network, const LayerPlace &layer, int block)
        : by_columns(layer.transposed), out(layer.out), row(by_columns ? 1 : layer.width), step(by_columns ? padded<T>(block) : 1),
          size(size_t(by_columns ? out : block) * (by_columns ? step : row)), targets(size), weights(block + L),
          activation(layer.activation), loss_(network.loss), matches(network.matching_output()), used(padded<T>(layer.out)), picked(block + L),
          labels(block + L) {
        for (int k = 0; k < out; k++) used[k] = 1;
    }

    size_t at(int i, int k) const { return i * row + k * step; }

    void take_targets(Rows<T> rows, size_t begin, int m) {
        labelled = rows.classes;
        if (labelled)
            for (int i = 0; i < m; i++) labels[i] = rows.classes[rows.number(begin + i)];
        if (labelled && by_columns) spread_labels(m);
        else
            for (int i = 0; i < m; i++) copy_row(rows.y(begin + i, out), 1, out, targets.data() + at(i, 0), step);
        weighted = rows.weights;
        if (weighted)
            for (int i = 0; i < m; i++) weights[i] = rows.weight(begin + i);
    }

    // z becomes a.
    void activate(int m, T *z) const {
        if (activation == Activation::softmax) {
            if (by_columns) softmax_by_columns(m, z);
            else
                for (int i = 0; i < m; i++) softmax(z + at(i, 0));
            return;
        }
        each_stretch(m, [&](size_t begin, size_t count) { ::activate(activation, count, z + begin); });
    }

    // The sum of the losses.
    double loss(int m, const T *a) const {
        if (by_columns) return sum_of_rows(m, [&](int i) { return loss_of_columns(a, i); });
        if (labelled) {  // of each row only the share of its class counts
            for (int i = 0; i < m; i++) picked[i] = a[at(i, int(labels[i]))];
            return sum_of_rows(m, [&](int i) { return CategoricalCrossEntropy::value(load<V>(picked.data() + i), all<V>(1)); });
        }
        V total{};
        with_loss(loss_, [&](auto loss) {
            for (int k = 0; k < row; k += L) {
                const V keep = load<V>(used.data() + k);
                for (int i = 0; i < m; i++) {
                    const V value = keep != 0 ? loss.value(load<V>(a + at(i, k)), load<V>(targets.data() + at(i, k))) : V{};
                    total += weighted ? value * weights[i] : value;
                }
            }
        });
        return double(sum(total));
    }

    // delta = scale * dl/dz of each example; its padding is 0.
    void delta(int m, T scale, const T *a, T *delta) const {
        const T *y = targets.data();
        if (matches) {
            each_vector(m, [&](size_t i) { store(delta + i, (load<V>(a + i) - load<V>(y + i)) * scale); });
        } else {
            with_loss(loss_, [&](auto loss) {
                each_vector(m, [&](size_t i) { store(delta + i, loss.slope(load<V>(a + i), load<V>(y + i)) * scale); });
            });
            pull_back(m, a, delta);
        }
        clear_padding(m, delta);
        if (weighted)
            for (int i = 0; i < m; i++)
                for (int k = 0; k < out; k++) delta[at(i, k)] *= weights[i];
    }

    // g = dL/da becomes dL/dz.
    void pull_back(int m, const T *a, T *g) const {
        if (activation == Activation::softmax) {
            if (by_columns) softmax_pull_back_by_columns(m, a, g);
            else
                for (int i = 0; i < m; i++) softmax_pull_back(a + at(i, 0), g + at(i, 0));
            return;
        }
        each_stretch(m, [&](size_t begin, size_t count) { ::pull_back(activation, count, a + begin, g + begin); });
    }

    const bool by_columns;
    const int out;
    const ptrdiff_t row, step;  // from one example to the next, and from one output to the next
    const size_t size;          // numbers that a block has
    Buffer<T> targets, weights;  // of the block's rows
    bool weighted = false;

private:
    // Calls `work` with every stretch of numbers: beginning and length.
    template <class Work> void each_stretch(int m, Work work) const {
        if (!by_columns) work(size_t(0), size_t(m * row));
        else
            for (int k = 0; k < out; k++) work(size_t(k * step), size_t(m));
    }
    template <class Work> INLINE void each_vector(int m, Work work) const {
        each_stretch(m, [&](size_t begin, size_t count) {
            for (size_t i = begin; i < begin + count; i += L) work(i);
        });
    }

    void spread_labels(int m) {
        for (int k = 0; k < out; k++)
            for (int i = 0; i < m; i += L) store(targets.data() + at(i, k), load<V>(labels.data() + i) == T(k) ? all<V>(1) : V{});
    }

    // The sum of `value(i)`, a vector with the numbers of the rows from i on, each as often as its row counts.
    template <class Value> double sum_of_rows(int m, Value value) const {
        V total{};
        for (int i = 0; i < m; i += L) {
            V part = value(i);
            if (weighted) part *= load<V>(weights.data() + i);
            for (int lane = m - i; lane < L; lane++) part[lane] = 0;
            total += part;
        }
        return double(sum(total));
    }
    V loss_of_columns(const T *a, int i) const {
        const T *y = targets.data();
        V total{};
        if (labelled) {
            for (int k = 0; k < out; k++) total += load<V>(a + k * step + i) * load<V>(y + k * step + i);
            return CategoricalCrossEntropy::value(total, all<V>(1));
        }
        with_loss(loss_, [&](auto loss) {
            for (int k = 0; k < out; k++) total += loss.value(load<V>(a + k * step + i), load<V>(y + k * step + i));
        });
        return total;
    }

    void clear_padding(int m, T *g) const {
        if (by_columns) {
            for (int k = 0; k < out; k++)
                for (int i = m; i < padded<T>(m); i++) g[at(i, k)] = 0;
        } else if (row != out) {
            const V keep = load<V>(used.data() + row - L);  // only the last vector of a row has padding
            for (int i = 0; i < m; i++) {
                T *last = g + at(i, row - L);
                store(last, keep != 0 ? load<V>(last) : V{});
            }
        }
    }

    void softmax_by_columns(int m, T *z) const {
        for (int i = 0; i < m; i += L) {
            V highest = load<V>(z + i), total{};
            for (int k = 1; k < out; k++) {
                const V part = load<V>(z + at(i, k));
                highest = part < highest ? highest : part;  // NaN is the highest, or comes out of the difference
            }
            for (int k = 0; k < out; k++) {
                const V power = exp_of(load<V>(z + at(i, k)) - highest);
                store(z + at(i, k), power);
                total += power;
            }
            for (int k = 0; k < out; k++) store(z + at(i, k), load<V>(z + at(i, k)) / total);
        }
    }
    void softmax_pull_back_by_columns(int m, const T *a, T *g) const {
        for (int i = 0; i < m; i += L) {
            V total{};
            for (int k = 0; k < out; k++) total += load<V>(a + at(i, k)) * load<V>(g + at(i, k));
            for (int k = 0; k < out; k++) store(g + at(i, k), load<V>(a + at(i, k)) * (load<V>(g + at(i, k)) - total));
        }
    }

    // The padding of a row takes part as minus infinity, and comes out as 0.
    void softmax(T *z) const {
        const T lowest = -std::numeric_limits<T>::infinity();
        V highest = all<V>(lowest);
        for (int k = 0; k < row; k += L) {
            const V part = load<V>(used.data() + k) != 0 ? load<V>(z + k) : all<V>(lowest);
            highest = part < highest ? highest : part;  // NaN is the highest
        }
        const V largest = largest_of(highest);
        V total{};
        for (int k = 0; k < row; k += L) {
            V power = exp_of(load<V>(z + k) - largest);
            power = load<V>(used.data() + k) != 0 ? power : V{};
            store(z + k, power);
            total += power;
        }
        const T whole = sum(total);
        for (int k = 0; k < row; k += L) store(z + k, load<V>(z + k) / whole);
    }
    void softmax_pull_back(const T *a, T *g) const {
        V total{};
        for (int k = 0; k < row; k += L) {
            V part = load<V>(a + k) * load<V>(g + k);
            total += load<V>(used.data() + k) != 0 ? part : V{};
        }
        const T whole = sum(total);
        for (int k = 0; k < row; k += L) store(g + k, load<V>(a + k) * (load<V>(g + k) - whole));
    }

    const Activation activation;
    const Loss loss_;
    const bool matches;
    bool labelled = false;  // each row is of one class
    Buffer<T> used;         // 1 for each output, 0 for the padding of a row
    Buffer<T> picked;       // one number for each row
    Buffer<T> labels;       // the classes of the block's rows
};
