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

template <class T> class Optimizer {
public:
    using V = Wide<T>;
    static constexpr int L = LANES<T>;

    Optimizer(const Rule &rule_, const Layout<T> &layout) : rule(rule_) {
        for (int i = 0; i < rule.states(); i++) state[i] = Buffer<T>(layout.size);
        if (rule.method == Method::irprop)
            for (size_t i = 0; i < layout.size; i++) state[0][i] = T(rule.first_step);
        for (const auto &layer : layout.layers) {
            segments.push_back({layer.weights, layer.biases, true});
            segments.push_back({layer.biases, layer.end, false});
        }
    }

    Buffer<T> state[2];  // SGD: velocity. Adam: both moments. iRPROP: steps and last gradient
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


    // One update of the parameters [begin, end), whole vectors. `gradients` are summed first, one for each thread.
    void step(T *parameters, T *const *gradients, int count, size_t begin, size_t end, double rate, double decay) {
        for (const auto &segment : segments) {
            const size_t from = std::max(begin, segment.begin), to = std::min(end, segment.end);
            if (from >= to) continue;
            const T lambda = segment.decays ? T(decay) : T(0);
            switch (rule.method) {
            case Method::sgd: sgd(parameters, gradients, count, from, to, T(rate), lambda); break;
            case Method::adam: adam(parameters, gradients, count, from, to, rate, lambda); break;
            case Method::irprop: irprop(parameters, gradients, count, from, to, lambda); break;
            }
        }
    }

    // Half of decay times the sum of the squared weights in [begin, end).
    double penalty(const T *parameters, double decay) const {
        V total{};
        for (const auto &segment : segments)
            if (segment.decays)
                for (size_t i = segment.begin; i < segment.end; i += L) total += load<V>(parameters + i) * load<V>(parameters + i);
        return decay / 2 * double(sum(total));
    }

private:
    struct Segment {
        size_t begin, end;
        bool decays;
    };

    template <class Work>
    static INLINE void walk(T *parameters, T *const *gradients, int count, size_t from, size_t to, T lambda, Work work) {
        for (size_t i = from; i < to; i += L) {
            V p = load<V>(parameters + i), g = load<V>(gradients[0] + i);
            for (int other = 1; other < count; other++) g += load<V>(gradients[other] + i);
            g += lambda * p;
            work(i, p, g);
            store(parameters + i, p);
        }
    }

    void sgd(T *parameters, T *const *gradients, int count, size_t from, size_t to, T rate, T lambda) {
        const T momentum = T(rule.momentum);
        if (rule.plain()) {
            walk(parameters, gradients, count, from, to, lambda, [&](size_t, V &p, V g) { p -= rate * g; });
            return;
        }
        T *velocity = state[0].data();
        walk(parameters, gradients, count, from, to, lambda, [&](size_t i, V &p, V g) {
            V v = momentum * load<V>(velocity + i) - rate * g;
            store(velocity + i, v);
            p += rule.nesterov ? momentum * v - rate * g : v;
        });
    }

    void adam(T *parameters, T *const *gradients, int count, size_t from, size_t to, double rate, T lambda) {
        T *first = state[0].data(), *second = state[1].data();
        const T one = T(1 - rule.beta_1), two = T(1 - rule.beta_2), epsilon = T(rule.epsilon);
        const T corrected = T(rate * std::sqrt(1 - power_2) / (1 - power_1));
        walk(parameters, gradients, count, from, to, lambda, [&](size_t i, V &p, V g) {
            V m = load<V>(first + i), v = load<V>(second + i);
            m += one * (g - m);
            v += two * (g * g - v);
            store(first + i, m);
            store(second + i, v);
            p -= corrected * m / (square_root(v) + epsilon);
        });
    }

    void irprop(T *parameters, T *const *gradients, int count, size_t from, size_t to, T lambda) {
        T *size = state[0].data(), *last = state[1].data();
        walk(parameters, gradients, count, from, to, lambda, [&](size_t i, V &p, V g) {
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
    std::vector<Segment> segments;
};
