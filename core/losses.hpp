// The table of losses as the core knows it: value and slope of one output, one row each. The definition is losses.py; tests hold the two
// together.
#pragma once

#include "activations.hpp"

template <class V> INLINE V safe(V p) { return at_least(p, std::numeric_limits<Number<V>>::epsilon()); }
template <class V> INLINE V safe_log(V p) { return log_of(safe(p)); }

// `together` is the loss of outputs of which each fills N lanes, spread over these lanes: their sum is the loss. Where a loss has two
// logarithms, they are taken side by side in two of the lanes.
template <class V, int N> INLINE V lane_of_each(int which) {
    V mask{};
    for (int i = which; i < COUNT<V>; i += N) mask[i] = 1;
    return mask;
}

struct SquaredError {
    template <int N, class V> static INLINE V together(V a, V y) { return value(a, y) * lane_of_each<V, N>(0); }
    template <class V> static INLINE V value(V a, V y) { return (a - y) * (a - y) / 2; }
    template <class V> static INLINE V slope(V a, V y) { return a - y; }
    template <class V> static INLINE V curvature(V, V) { return all<V>(1); }
};

struct BinaryCrossEntropy {
    template <int N, class V> static INLINE V together(V a, V y) {
        const V yes = lane_of_each<V, N>(0), no = lane_of_each<V, N>(1);
        return (yes * y + no * (1 - y)) * -safe_log(yes != 0 ? a : 1 - a);
    }
    template <class V> static INLINE V value(V a, V y) { return -(y * safe_log(a) + (1 - y) * safe_log(1 - a)); }
    template <class V> static INLINE V slope(V a, V y) { return (1 - y) / safe(1 - a) - y / safe(a); }
    template <class V> static INLINE V curvature(V a, V y) {
        return (1 - y) / (safe(1 - a) * safe(1 - a)) + y / (safe(a) * safe(a));
    }
};

struct CategoricalCrossEntropy {
    template <class V> static INLINE V value(V a, V y) { return -(y * safe_log(a)); }
    template <class V> static INLINE V slope(V a, V y) { return -y / safe(a); }
    template <class V> static INLINE V curvature(V a, V y) { return y / (safe(a) * safe(a)); }
};

struct Poisson {
    template <class V> static INLINE V value(V a, V y) { return a - y * safe_log(a); }
    template <class V> static INLINE V slope(V a, V y) { return 1 - y / safe(a); }
    template <class V> static INLINE V curvature(V a, V y) { return y / (safe(a) * safe(a)); }
};

enum class Loss { squared_error, binary_cross_entropy, categorical_cross_entropy, poisson };

constexpr const char *LOSSES[] = {"squared-error", "binary-cross-entropy", "categorical-cross-entropy", "poisson"};

template <class Work> INLINE void with_loss(Loss which, Work work) {
    switch (which) {
    case Loss::squared_error: work(SquaredError{}); break;
    case Loss::binary_cross_entropy: work(BinaryCrossEntropy{}); break;
    case Loss::categorical_cross_entropy: work(CategoricalCrossEntropy{}); break;
    case Loss::poisson: work(Poisson{}); break;
    }
}

// Whether dl/dz of this pair is exactly a - y.
inline bool matching(Loss loss, Activation output) {
    return (loss == Loss::squared_error && output == Activation::identity) ||
           (loss == Loss::binary_cross_entropy && output == Activation::sigmoid) ||
           (loss == Loss::categorical_cross_entropy && output == Activation::softmax) ||
           (loss == Loss::poisson && output == Activation::exponential);
}
