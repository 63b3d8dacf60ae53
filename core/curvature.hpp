// The Jacobian of the pre-activations of the output layer, and the generalised Gauss-Newton matrix that it gives (Schraudolph, 2002). The
// definition is backprop.py.
#pragma once

#include "backprop.hpp"

template <class T> class Curvature {
public:
    explicit Curvature(const Architecture &network_)
        : network(network_), outputs(network_.outputs()), parameters(int(network_.parameters())), ld(padded<T>(parameters)),
          passes(network_, few_rows(), true), jacobian(size_t(passes.block) * outputs * ld), curved(size_t(passes.block) * outputs * ld),
          slopes(size_t(passes.block) * outputs * outputs) {}

    // The sum of the losses; `gradient` (padded) and `matrix` (parameters, parameters) become those of `scale` times it.
    double gauss_newton(T *flat, Rows<T> rows, size_t count, T scale, T *gradient, T *matrix) {
        Buffer<T> whole(size_t(parameters) * ld);
        const Vector<T> point(passes.layout, flat, 0);
        double loss = 0;
        for (size_t begin = 0; begin < count; begin += passes.block) {
            const int m = int(std::min<size_t>(passes.block, count - begin));
            loss += passes.backward(point, rows, begin, m, scale);
            for (const auto &part : passes.parts) passes.add_gradient(part, begin == 0, gradient + part.begin);
            take_jacobian(point, m);
            take_slopes(m);
            curve(m);
            product<Onto::itself>(parameters, ld, m * outputs, Matrix<T>{jacobian.data(), 1, ld}, curved.data(), ld, whole.data(), ld);
        }
        for (int p = 0; p < parameters; p++)
            for (int q = 0; q < parameters; q++) matrix[size_t(p) * parameters + q] = whole[size_t(p) * ld + q] * scale;
        return loss;
    }

private:
    // So many rows that their Jacobians take a few megabytes.
    size_t few_rows() const {
        const size_t each = size_t(outputs) * ld * sizeof(T);
        return std::max<size_t>(1, (size_t(1) << 21) / each);
    }

    // dz_L[k]/dparameters of each row and output: backward from each z_L[k] alone.
    void take_jacobian(const Vector<T> &point, int m) {
        const auto &layers = passes.layout.layers;
        for (int k = 0; k < outputs; k++) {
            take_unit(k, m);
            for (size_t l = layers.size(); --l > 0;) passes.propagate(point, l, m);
            for (int i = 0; i < m; i++) write_row(i, jacobian.data() + (size_t(i) * outputs + k) * ld);
        }
    }

    // Example i's outer(a_{l-1}, delta_l) and delta_l of every layer, in the order of network.py.
    void write_row(int i, T *row) const {
        for (size_t l = 0; l < passes.layout.layers.size(); l++) {
            const auto &layer = passes.layout.layers[l];
            const bool is_last = l + 1 == passes.layout.layers.size();
            const size_t step = is_last ? passes.last.step : 1;
            const T *a = passes.before(l, i), *delta = passes.deltas[l].data() + (is_last ? passes.last.at(i, 0) : size_t(i) * layer.width);
            for (int in = 0; in < layer.in; in++, row += layer.out)
                for (int out = 0; out < layer.out; out++) row[out] = a[in] * delta[out * step];
            copy_row(delta, step, layer.out, row, 1);
            row += layer.out;
        }
    }

    // The last delta becomes 1 for output k and 0 for the others.
    T *take_unit(int k, int m) {
        T *unit = passes.deltas.back().data();
        std::memset(unit, 0, passes.last.size * sizeof(T));
        for (int i = 0; i < m; i++) unit[passes.last.at(i, k)] = 1;
        return unit;
    }

    // slopes[i][k] = da_k/dz_L of row i, for other pairs of loss and output than the matching ones turned into S^T diag(d2l/da2) S.
    void take_slopes(int m) {
        const auto &last = passes.last;
        for (int k = 0; k < outputs; k++) {
            T *unit = take_unit(k, m);
            last.pull_back(m, passes.values.back().data(), unit);
            for (int i = 0; i < m; i++)
                copy_row(unit + last.at(i, 0), last.step, outputs, slopes.data() + (size_t(i) * outputs + k) * outputs, 1);
        }
        if (network.matching_output()) {
            weigh(m);
            return;
        }
        std::vector<T> result(size_t(outputs) * outputs);
        for (int i = 0; i < m; i++) {
            T *S = slopes.data() + size_t(i) * outputs * outputs;
            std::fill(result.begin(), result.end(), T(0));
            for (int k = 0; k < outputs; k++) {
                const T c = output_curvature(last.at(i, k));
                for (int p = 0; p < outputs; p++)
                    for (int q = 0; q < outputs; q++) result[size_t(p) * outputs + q] += S[k * outputs + p] * c * S[k * outputs + q];
            }
            std::copy(result.begin(), result.end(), S);
        }
        weigh(m);
    }

    void weigh(int m) {
        if (!passes.last.weighted) return;
        const size_t each = size_t(outputs) * outputs;
        for (size_t i = 0; i < m * each; i++) slopes[i] *= passes.last.weights[i / each];
    }

    T output_curvature(size_t at) const {
        typename Passes<T>::V c{};
        const auto a = all<typename Passes<T>::V>(passes.values.back()[at]), y = all<typename Passes<T>::V>(passes.last.targets[at]);
        with_loss(network.loss, [&](auto loss) { c = loss.curvature(a, y); });
        return c[0];
    }

    // curved = H J, row by row.
    void curve(int m) {
        for (int i = 0; i < m; i++) {
            T *to = curved.data() + size_t(i) * outputs * ld;
            const T *H = slopes.data() + size_t(i) * outputs * outputs, *J = jacobian.data() + size_t(i) * outputs * ld;
            product<Onto::nothing>(outputs, ld, outputs, Matrix<T>{H, outputs, 1}, J, ld, to, ld);
        }
    }

    const Architecture network;
    const int outputs, parameters, ld;
    Passes<T> passes;
    Buffer<T> jacobian, curved, slopes;
};
