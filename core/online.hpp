// Training of the smallest networks with every weight in a register: few inputs, one hidden layer, one output with dl/dz = a - y, plain
// gradient descent in batches of one or a few rows.
//
// N lanes hold one number of each hidden unit; a wide vector holds several groups of N lanes, one for each of as many rows, and its weights
// once in each group. The update of a single row is a chain of dependent operations; its length is the time that it takes. So the next row's z
// is begun with the old weights, and corrected when delta is known:
//
//     z' = x'.(W - rate delta x) + (b - rate delta)  =  (x'.W + b) - rate delta (x'.x + 1)
#pragma once

#include "layout.hpp"

template <class T> class SmallNetwork {
public:
    virtual ~SmallNetwork() = default;
    virtual void take(const Vector<T> &parameters) = 0;
    virtual void take_best(const Vector<T> &parameters) = 0;
    virtual void give(const Vector<T> &to) const = 0;         // the present parameters
    virtual void give_before(const Vector<T> &to) const = 0;  // those before the last step
    virtual void give_best(const Vector<T> &to) const = 0;
    virtual void keep(bool those_before) = 0;  // those, or the present ones, are the best
    // One epoch; the sum of the losses.
    virtual double epoch(const uint32_t *order, int batch, T rate) = 0;
    // At most so many epochs without shuffles, until a loss is not finite; their number. Those with the lowest loss yet are kept,
    // except those of the very first loss, which belongs to the first ones.
    virtual size_t epochs(int batch, T rate, size_t most, double *losses, double &lowest) = 0;
};

constexpr int MOST_SMALL_INPUTS = 4, MOST_SMALL_BATCH = 16;
constexpr size_t MOST_SMALL_ROWS = 4096;  // each number of them is stored N times

template <class T, int N, int GROUPS, int IN, class Hidden, class Output, class Error> class Small final : public SmallNetwork<T> {
    static constexpr int L = N * GROUPS;
    using V = typename Lanes<T, L>::V;

    struct Weights {
        V in[IN], bias, out, out_bias;  // the output's bias is in every lane
    };

public:
    Small(const Layout<T> &layout, Rows<T> rows, size_t count_) : first(layout.layers[0]), last(layout.layers[1]), count(count_) {
        for (int i = 0; i <= IN; i++) {
            planes[i] = Buffer<T>((count + GROUPS) * N);
            for (size_t r = 0; r < count; r++)
                for (int lane = 0; lane < N; lane++)
                    planes[i][r * N + lane] = i == IN ? rows.Y[r] : i < first.in ? rows.X[r * first.in + i] : T(0);
        }
    }

    void take(const Vector<T> &parameters) override {
        for (int j = 0; j < L; j++) used[j] = j % N < first.out;
        best = before = now = read(parameters);
        begun_is_valid = false;
    }
    void take_best(const Vector<T> &parameters) override { best = read(parameters); }
    void give(const Vector<T> &to) const override { write(now, to); }
    void give_before(const Vector<T> &to) const override { write(before, to); }
    void give_best(const Vector<T> &to) const override { write(best, to); }
    void keep(bool those_before) override { best = those_before ? before : now; }

    double epoch(const uint32_t *order, int batch, T rate) override { return one_epoch(now, before, order, batch, rate); }

    size_t epochs(int batch, T rate, size_t most, double *losses, double &lowest) override {
        Weights w = now, w_before = w, w_best = best;  // in registers as far as they reach
        double lowest_yet = lowest;
        size_t done = 0;
        while (done < most) {
            const double loss = one_epoch(w, w_before, nullptr, batch, rate) / double(count);
            losses[done++] = loss;
            if (!std::isfinite(loss)) break;
            // Without a branch: near the end rounding decides, and a wrong guess of the processor's would cost as much as the epoch.
            const bool better = loss < lowest_yet, first_loss = lowest_yet > std::numeric_limits<double>::max();
            lowest_yet = better ? loss : lowest_yet;
            w_best = chosen(better && !first_loss, w_before, w_best);
        }
        now = w;
        before = w_before;
        best = w_best;
        lowest = lowest_yet;
        return done;
    }

private:
    V row_of(const T *padded) const {
        V row{};
        for (int j = 0; j < L; j++)
            if (j % N < first.out) row[j] = padded[j % N];
        return row;
    }
    Weights read(const Vector<T> &from) const {
        Weights w{};
        for (int i = 0; i < first.in; i++) w.in[i] = row_of(from.weights(0) + first.weight(i, 0));
        w.bias = row_of(from.biases(0));
        for (int j = 0; j < L; j++)
            if (j % N < first.out) w.out[j] = from.weights(1)[last.weight(j % N, 0)];
        w.out_bias = all<V>(from.biases(1)[0]);
        return w;
    }
    void write(const Weights &w, const Vector<T> &to) const {
        for (int j = 0; j < first.out; j++) {
            for (int i = 0; i < first.in; i++) to.weights(0)[first.weight(i, j)] = w.in[i][j];
            to.biases(0)[j] = w.bias[j];
            to.weights(1)[last.weight(j, 0)] = w.out[j];
        }
        to.biases(1)[0] = w.out_bias[0];
    }

    static INLINE Weights chosen(bool first, const Weights &a, const Weights &b) {
        const auto mask = (Ints<V>{} - typename WholeNumber<T>::type(first)) != 0;
        Weights made;
        for (int i = 0; i < IN; i++) made.in[i] = mask ? a.in[i] : b.in[i];
        made.bias = mask ? a.bias : b.bias;
        made.out = mask ? a.out : b.out;
        made.out_bias = mask ? a.out_bias : b.out_bias;
        return made;
    }

    // In every lane the sum of the N lanes of its group.
    static INLINE V group_sums(V x) {
        x += swapped<1>(x);
        x += swapped<2>(x);
        if constexpr (N == 8) x += swapped<4>(x);
        return x;
    }

    // In every lane the sum of the lanes at its place in all groups.
    static INLINE V sums_over_groups(V x) {
        if constexpr (L > N) x += swapped<N>(x);
        if constexpr (L > 2 * N) x += swapped<2 * N>(x);
        static_assert(L <= 4 * N);
        return x;
    }

    INLINE V plane(int i, size_t row) const { return load<V>(planes[i].data() + row * N); }

    // `before` becomes what `w` is before the last step.
    INLINE double one_epoch(Weights &w, Weights &before, const uint32_t *order, int batch, T rate) {
        if constexpr (GROUPS == 1)
            if (batch == 1) return single(w, before, order, rate);
        return batches(w, before, order, batch, rate);
    }

    INLINE double single(Weights &w, Weights &before, const uint32_t *order, T rate) {
        V x[IN], total{};
        size_t row = order ? order[0] : 0;
        for (int i = 0; i < IN; i++) x[i] = plane(i, row);
        V z = w.bias;
        for (int i = 0; i < IN; i++) z += w.in[i] * x[i];
        if (!order && begun_is_valid) z = begun;
        const V spread = lane_of_each<V, N>(0);  // the output's bias enters the sum of the lanes once
        for (size_t r = 1; r <= count; r++) {
            before = w;
            const size_t next_row = r == count ? (order ? order[0] : 0) : order ? order[r] : r;
            V next[IN], overlap = all<V>(1), ahead = w.bias;
            for (int i = 0; i < IN; i++) next[i] = plane(i, next_row);
            for (int i = 0; i < IN; i++) overlap += x[i] * next[i];
            for (int i = 0; i < IN; i++) ahead += w.in[i] * next[i];
            const V h = Hidden::value(z);
            const V a = Output::value(group_sums(w.out * h + w.out_bias * spread));
            const V y = plane(IN, row);
            const V back = w.out * Hidden::slope(h);
            const V delta = a - y;
            z = ahead - delta * (back * (rate * overlap));
            total += Error::template together<N>(a, y);
            const V move = rate * delta, hidden = move * back;
            w.out -= move * (used * h);
            w.out_bias -= move;
            w.bias -= hidden;
            for (int i = 0; i < IN; i++) w.in[i] -= hidden * x[i];
            for (int i = 0; i < IN; i++) x[i] = next[i];
            row = next_row;
        }
        begun = z;  // of the first row, for the next epoch if that has the same order
        begun_is_valid = !order;
        return double(sum(total));
    }

    // Plane i of the rows that follow each other in the order, one in each group.
    INLINE V wide_plane(int i, const uint32_t *order, size_t r) const {
        if (!order) return plane(i, r);
        T parts[L];
        for (int g = 0; g < GROUPS; g++)
            std::memcpy(parts + g * N, planes[i].data() + (r + g < count ? order[r + g] : 0) * size_t(N), N * sizeof(T));
        return load<V>(parts);
    }

    INLINE double batches(Weights &w, Weights &before, const uint32_t *order, int batch, T rate) {
        V total{};
        const V spread = lane_of_each<V, N>(0);
        for (size_t begin = 0; begin < count; begin += batch) {
            const size_t end = std::min(count, begin + batch);
            const T scale = rate / T(end - begin);
            Weights move{};
            before = w;
            for (size_t r = begin; r < end; r += GROUPS) {
                V x[IN], z = w.bias;
                for (int i = 0; i < IN; i++) x[i] = wide_plane(i, order, r);
                for (int i = 0; i < IN; i++) z += w.in[i] * x[i];
                const V y = wide_plane(IN, order, r);
                const V h = Hidden::value(z);
                const V a = Output::value(group_sums(w.out * h + w.out_bias * spread));
                V delta = a - y, loss = Error::template together<N>(a, y);
                if (end - r < size_t(GROUPS)) {  // the groups without a row
                    const V rows = groups_below(int(end - r));
                    delta *= rows;
                    loss *= rows;
                }
                const V hidden = delta * (w.out * Hidden::slope(h));
                total += loss;
                move.out += delta * h;
                move.out_bias += delta;
                move.bias += hidden;
                for (int i = 0; i < IN; i++) move.in[i] += hidden * x[i];
            }
            w.out -= scale * (used * sums_over_groups(move.out));
            w.out_bias -= scale * sums_over_groups(move.out_bias);
            w.bias -= scale * sums_over_groups(move.bias);
            for (int i = 0; i < IN; i++) w.in[i] -= scale * sums_over_groups(move.in[i]);
        }
        return double(sum(total));
    }

    static INLINE V groups_below(int groups) {
        V mask;
        for (int i = 0; i < L; i++) mask[i] = i / N < groups;
        return mask;
    }

    const LayerPlace first, last;
    const size_t count;
    Buffer<T> planes[IN + 1];  // each input (those that the network does not have are 0) and the target, every number N times
    Weights now, before, best;
    V used;  // 1 for each hidden unit, 0 for the rest of the lanes, whose weights stay 0
    V begun;
    bool begun_is_valid = false;
};

// The one that fits, or none.
template <class T>
std::unique_ptr<SmallNetwork<T>> small_network(const Architecture &network, const Layout<T> &layout, Rows<T> rows, size_t count, size_t batch) {
    std::unique_ptr<SmallNetwork<T>> made;
    constexpr int NARROW = 4, MOST = LANES<T> < 8 ? 4 : 8;
    const int hidden_units = network.sizes[1];
    const bool fits = network.layers() == 2 && network.outputs() == 1 && network.inputs() <= MOST_SMALL_INPUTS &&
                      hidden_units <= MOST && batch <= MOST_SMALL_BATCH && count <= MOST_SMALL_ROWS && network.matching_output() &&
                      padded<T>(hidden_units) >= (hidden_units <= NARROW ? NARROW : MOST);
    if (!fits) return made;
    auto choose = [&](auto hidden, auto output, auto loss) {
        auto build = [&](auto lanes, auto inputs) {
            constexpr int N = decltype(lanes)::value, GROUPS = LANES<T> / N, IN = decltype(inputs)::value;
            using Hidden = decltype(hidden);
            using Output = decltype(output);
            using Error = decltype(loss);
            if (batch == 1) made = std::make_unique<Small<T, N, 1, IN, Hidden, Output, Error>>(layout, rows, count);
            else made = std::make_unique<Small<T, N, GROUPS, IN, Hidden, Output, Error>>(layout, rows, count);
        };
        auto with_inputs = [&](auto lanes) {
            if (network.inputs() <= 2) build(lanes, std::integral_constant<int, 2>{});
            else build(lanes, std::integral_constant<int, MOST_SMALL_INPUTS>{});
        };
        if constexpr (LANES<T> >= NARROW) {
            if (hidden_units <= NARROW) with_inputs(std::integral_constant<int, NARROW>{});
            else if constexpr (MOST > NARROW) with_inputs(std::integral_constant<int, MOST>{});
        }
    };
    auto with_output = [&](auto hidden) {
        if (network.loss == Loss::binary_cross_entropy) choose(hidden, Sigmoid{}, BinaryCrossEntropy{});
        if (network.loss == Loss::squared_error) choose(hidden, Identity{}, SquaredError{});
    };
    switch (network.activations[0]) {  // the usual ones; each is code of its own
    case Activation::sigmoid: with_output(Sigmoid{}); break;
    case Activation::tanh: with_output(Tanh{}); break;
    case Activation::relu: with_output(Relu{}); break;
    default: break;
    }
    return made;
}
