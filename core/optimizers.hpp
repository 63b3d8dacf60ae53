// First-order steps on whole vectors of parameters. The definition is optimizers.py.
#pragma once

#include "layout.hpp"

enum class Method { sgd, adam, irprop };

constexpr const char *METHODS[] = {"sgd", "adam", "irprop"};

struct Rule {
    Method method;
    double momentum = 0, beta_1 = 0, beta_2 = 0, epsilon = 0, grow = 0, shrink = 0, largest = 0, smallest = 0, first_step = 0;
    bool nesterov = false;

    bool plain() const { return method == Method::sgd && momentum == 0; }
    int states() const { return method == Method::sgd ? momentum != 0 : 2; }  // vectors that it remembers
};

// Half of decay times the sum of the squared weights.
template <class T> double penalty(const Layout<T> &layout, const Vector<T> &parameters, double decay) {
    if (!decay) return 0;
    Wide<T> total{};
    for (size_t l = 0; l < layout.layers.size(); l++)
        for (const T *w = parameters.weights(l); w < parameters.biases(l); w += LANES<T>) total += load<Wide<T>>(w) * load<Wide<T>>(w);
    return decay / 2 * double(sum(total));
}

template <class T> class Optimizer {
public:
    using V = Wide<T>;
    static constexpr int L = LANES<T>;

    explicit Optimizer(const Rule &rule_) : rule(rule_) {}

    // SGD: velocity. Adam: both moments. iRPROP: steps and last gradient
    Vector<T> state[2];
    long steps = 0;

    void count_step() {
        steps++;
        power_1 *= rule.beta_1;
        power_2 *= rule.beta_2;
    }
    void set_steps(long count) {
        steps = 0;
        power_1 = power_2 = 1;
        while (steps < count) count_step();  // so that training in pieces has the numbers of training at once
    }

    // One update of parameters that follow each other: whole vectors, `at` numbers from the beginning of layer l on.
    void step(size_t l, size_t at, size_t count, T *parameters, const T *gradient, double rate, double decay) {
        T *first = state[0] ? state[0].weights(l) + at : nullptr, *second = state[1] ? state[1].weights(l) + at : nullptr;
        switch (rule.method) {
        case Method::sgd: sgd(parameters, gradient, count, first, T(rate), T(decay)); break;
        case Method::adam: adam(parameters, gradient, count, first, second, rate, T(decay)); break;
        case Method::irprop: irprop(parameters, gradient, count, first, second, T(decay)); break;
        }
    }

private:
    template <class Work> static INLINE void walk(T *parameters, const T *gradient, size_t count, T lambda, Work work) {
        for (size_t i = 0; i < count; i += L) {
            V p = load<V>(parameters + i), g = load<V>(gradient + i) + lambda * p;
            work(i, p, g);
            store(parameters + i, p);
        }
    }

    void sgd(T *parameters, const T *gradient, size_t count, T *velocity, T rate, T lambda) const {
        const T momentum = T(rule.momentum);
        if (rule.plain()) {
            walk(parameters, gradient, count, lambda, [&](size_t, V &p, V g) { p -= rate * g; });
            return;
        }
        walk(parameters, gradient, count, lambda, [&](size_t i, V &p, V g) {
            V v = momentum * load<V>(velocity + i) - rate * g;
            store(velocity + i, v);
            p += rule.nesterov ? momentum * v - rate * g : v;
        });
    }

    void adam(T *parameters, const T *gradient, size_t count, T *first, T *second, double rate, T lambda) const {
        const T one = T(1 - rule.beta_1), two = T(1 - rule.beta_2), epsilon = T(rule.epsilon);
        const T corrected = T(rate * std::sqrt(1 - power_2) / (1 - power_1));
        walk(parameters, gradient, count, lambda, [&](size_t i, V &p, V g) {
            V m = load<V>(first + i), v = load<V>(second + i);
            m += one * (g - m);
            v += two * (g * g - v);
            store(first + i, m);
            store(second + i, v);
            p -= corrected * m / (square_root(v) + epsilon);
        });
    }

    void irprop(T *parameters, const T *gradient, size_t count, T *size, T *last, T lambda) const {
        walk(parameters, gradient, count, lambda, [&](size_t i, V &p, V g) {
            V s = load<V>(size + i);
            const V before = sign(load<V>(last + i)), agreement = sign(g) * before;  // the product itself could underflow
            s = agreement > 0 ? s * T(rule.grow) : agreement < 0 ? s * T(rule.shrink) : s;
            s = at_most(at_least(s, T(rule.smallest)), T(rule.largest));
            g = agreement < 0 ? V{} : g;
            store(size + i, s);
            store(last + i, g);
            p -= sign(g) * s;
        });
    }

    static INLINE V sign(V x) { return x > 0 ? all<V>(1) : x < 0 ? all<V>(-1) : x; }  // 0 and NaN stay

    const Rule rule;
    double power_1 = 1, power_2 = 1;  // beta_1 and beta_2 to the power of the steps
};
