// The table of activations as the core knows it: value from z, slope from a, one row each. The definition is activations.py; tests hold the
// two together.
#pragma once

#include "vector.hpp"

struct Identity {
    template <class V> static INLINE V value(V z) { return z; }
    template <class V> static INLINE V slope(V) { return all<V>(1); }
};

struct Sigmoid {
    template <class V> static INLINE V value(V z) { return sigmoid_of(z); }
    template <class V> static INLINE V slope(V a) { return a * (1 - a); }
};

struct Tanh {
    template <class V> static INLINE V value(V z) { return tanh_of(z); }
    template <class V> static INLINE V slope(V a) { return 1 - a * a; }
};

struct Relu {
    template <class V> static INLINE V value(V z) { return z < 0 ? V{} : z; }
    template <class V> static INLINE V slope(V a) { return a > 0 ? all<V>(1) : V{}; }
};

struct LeakyRelu {
    template <class V> static INLINE V value(V z) { return z < 0 ? z * Number<V>(0.01) : z; }
    template <class V> static INLINE V slope(V a) { return a > 0 ? all<V>(1) : all<V>(Number<V>(0.01)); }
};

struct Softplus {
    template <class V> static INLINE V value(V z) {
        V size = z < 0 ? -z : z;
        return (z < 0 ? V{} : z) + log1p_of(exp_of(-size));
    }
    template <class V> static INLINE V slope(V a) { return -expm1_of(-a); }
};

struct Exponent {
    template <class V> static INLINE V value(V z) {
        return z > Constants<Number<V>>::LARGEST ? all<V>(std::numeric_limits<Number<V>>::infinity()) : exp_of(z);
    }
    template <class V> static INLINE V slope(V a) { return a; }
};

enum class Activation { identity, sigmoid, tanh, relu, leaky_relu, softplus, exponential, softmax };

constexpr const char *ACTIVATIONS[] = {"identity", "sigmoid", "tanh", "relu", "leaky-relu", "softplus", "exponential", "softmax"};

// Calls `work` with the row of an elementwise activation; softmax is no such row and does nothing here.
template <class Work> INLINE void with_activation(Activation which, Work work) {
    switch (which) {
    case Activation::identity: work(Identity{}); break;
    case Activation::sigmoid: work(Sigmoid{}); break;
    case Activation::tanh: work(Tanh{}); break;
    case Activation::relu: work(Relu{}); break;
    case Activation::leaky_relu: work(LeakyRelu{}); break;
    case Activation::softplus: work(Softplus{}); break;
    case Activation::exponential: work(Exponent{}); break;
    case Activation::softmax: break;
    }
}
