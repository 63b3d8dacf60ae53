// Where a network's numbers lie while the core works: each layer's weights (in, width) and biases (width,), `width` being the outputs padded
// to whole vectors. In a last layer of few outputs the weights lie transposed, (out, width), `width` being the inputs padded, and the outputs
// column by column. The padding of parameters and gradients is zero and stays zero.
#pragma once

#include <memory>
#include <new>
#include <vector>

#include "losses.hpp"

constexpr size_t ALIGNMENT = 64;

// Memory for numbers: aligned, zero at first, freed with its owner. Throws std::bad_alloc.
template <class T> class Buffer {
public:
    Buffer() = default;
    explicit Buffer(size_t count) : size_(count) {
        if (count > std::numeric_limits<size_t>::max() / sizeof(T) / 2) throw std::bad_alloc();
        const size_t bytes = (count * sizeof(T) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
        data_.reset(static_cast<T *>(::operator new(bytes, std::align_val_t(ALIGNMENT))));
        std::memset(static_cast<void *>(data_.get()), 0, bytes);
    }
    T *data() const { return data_.get(); }
    size_t size() const { return size_; }
    T &operator[](size_t i) const { return data_[i]; }

private:
    struct Free {
        void operator()(T *p) const { ::operator delete(p, std::align_val_t(ALIGNMENT)); }
    };
    std::unique_ptr<T[], Free> data_;
    size_t size_ = 0;
};

// A short row, four numbers at once; the last four may overlap those before them. A call of memcpy takes longer.
template <class T> INLINE void copy_row(const T *from, int count, T *to) {
    using Four = typename Lanes<T, 4>::V;
    if (count > 64) {
        std::memcpy(to, from, count * sizeof(T));
    } else if (count < 4) {
        for (int i = 0; i < count; i++) to[i] = from[i];
    } else {
        for (int i = 0; i < count - 4; i += 4) store(to + i, load<Four>(from + i));
        store(to + count - 4, load<Four>(from + count - 4));
    }
}
// The same where the numbers lie so far apart.
template <class T> INLINE void copy_row(const T *from, size_t step_from, int count, T *to, size_t step_to) {
    if (step_from == 1 && step_to == 1) copy_row(from, count, to);
    else
        for (int i = 0; i < count; i++) to[i * step_to] = from[i * step_from];
}

template <class T> constexpr int padded(int count) { return (count + LANES<T> - 1) / LANES<T> * LANES<T>; }

struct Architecture {
    std::vector<int> sizes;
    std::vector<Activation> activations;  // one for each layer
    Loss loss;

    int layers() const { return int(activations.size()); }
    int inputs() const { return sizes.front(); }
    int outputs() const { return sizes.back(); }
    bool matching_output() const { return matching(loss, activations.back()); }
    size_t parameters() const {
        size_t count = 0;
        for (int l = 0; l < layers(); l++) count += size_t(sizes[l] + 1) * sizes[l + 1];
        return count;
    }
};

struct LayerPlace {
    int in, out, width;
    Activation activation;
    bool transposed;
    size_t weights, biases, end;  // where they begin, and where the layer ends

    size_t size() const { return end - weights; }
    size_t weight(int i, int j) const { return transposed ? size_t(j) * width + i : size_t(i) * width + j; }  // from the layer's beginning
};

// So many outputs are faster column by column: then softmax and loss need no sums across a vector, the way back needs the weights as they lie,
// and there is hardly any padding. Measured: 4 to 18 % of an epoch for up to 64 outputs in float32, nothing for 200.
template <class T> constexpr int FEW_OUTPUTS = 4 * LANES<T>;
// For a few predictions it takes longer to bring the weights in that order than it saves, unless the other order is mostly padding.
template <class T> constexpr int FEW_PREDICTED = LANES<T> / 2;

template <class T> struct Layout {
    std::vector<LayerPlace> layers;
    size_t size = 0;

    // Up to `few` outputs go column by column.
    explicit Layout(const Architecture &network, int few = FEW_OUTPUTS<T>) {
        for (int l = 0; l < network.layers(); l++) {
            const int in = network.sizes[l], out = network.sizes[l + 1];
            const bool transposed = l + 1 == network.layers() && out <= few;
            const int width = padded<T>(transposed ? in : out);
            const size_t biases = size + size_t(transposed ? out : in) * width, end = biases + padded<T>(out);
            layers.push_back({in, out, width, network.activations[l], transposed, size, biases, end});
            size = end;
        }
    }

    // A layer of the flat parameters of network.py, rows without padding, to where it is to begin, and back.
    static void take(const LayerPlace &layer, const T *flat, T *to) {
        for (int i = 0; i < layer.in; i++, flat += layer.out) copy_row(flat, 1, layer.out, to + layer.weight(i, 0), layer.weight(0, 1));
        copy_row(flat, layer.out, to + (layer.biases - layer.weights));
    }
    static void give(const LayerPlace &layer, const T *from, T *flat) {
        for (int i = 0; i < layer.in; i++, flat += layer.out) copy_row(from + layer.weight(i, 0), layer.weight(0, 1), layer.out, flat, 1);
        copy_row(from + (layer.biases - layer.weights), layer.out, flat);
    }
    // Of all layers, one after the other.
    void give(const T *padded_, T *flat) const {
        for (const auto &layer : layers) {
            give(layer, padded_ + layer.weights, flat);
            flat += size_t(layer.in + 1) * layer.out;
        }
    }
};

// One number for each parameter, in an array of Python's that the core works on. Large layers whose rows are whole vectors stay where they
// are, the others are copied between `take` and `give`.
template <class T> class Vector {
public:
    Vector() = default;
    Vector(const Layout<T> &layout_, T *flat_, size_t large = size_t(1) << 16) : layout(&layout_), flat(flat_) {
        size_t size = 0;
        for (const auto &layer : layout->layers)
            if (!stays(layer, large)) size += layer.size();
        copies = Buffer<T>(size);
        T *to = copies.data();
        for (const auto &layer : layout->layers) {
            places.push_back(stays(layer, large) ? flat_ : to);
            flat_ += size_t(layer.in + 1) * layer.out;
            if (places.back() == to) to += layer.size();
        }
        take();
    }

    explicit operator bool() const { return layout; }
    T *weights(size_t l) const { return places[l]; }
    T *biases(size_t l) const { return places[l] + (layout->layers[l].biases - layout->layers[l].weights); }  // the end of the weights

    void take() {
        each_copied([&](const LayerPlace &layer, T *from, T *to) { layout->take(layer, from, to); });
    }
    void give() const {
        each_copied([&](const LayerPlace &layer, T *to, const T *from) { layout->give(layer, from, to); });
    }
    void copy_from(const Vector &other) {
        for (size_t l = 0; l < places.size(); l++) std::memcpy(places[l], other.places[l], layout->layers[l].size() * sizeof(T));
    }

private:
    static bool stays(const LayerPlace &layer, size_t large) {
        return !layer.transposed && layer.width == layer.out && layer.size() * sizeof(T) >= large;
    }
    template <class Work> void each_copied(Work work) const {
        T *at = flat;
        for (size_t l = 0; l < places.size(); l++) {
            const auto &layer = layout->layers[l];
            if (places[l] != at) work(layer, at, places[l]);
            at += size_t(layer.in + 1) * layer.out;
        }
    }

    const Layout<T> *layout = nullptr;
    T *flat = nullptr;
    std::vector<T *> places;
    Buffer<T> copies;
};

// The data. Row i is number order[i] where an order is given. X is dense, or where `columns` is given in CSR form: row i's numbers are
// X[ends[i]] to X[ends[i + 1] - 1], in these columns.
template <class T> struct Rows {
    const T *X = nullptr, *Y = nullptr;
    const T *weights = nullptr;  // how much each row counts; null: 1 each
    const int32_t *columns = nullptr;
    const int64_t *ends = nullptr;
    const uint32_t *order = nullptr;
    const uint32_t *classes = nullptr;  // where every row of Y is 1 in one column and 0 elsewhere: which

    size_t number(size_t i) const { return order ? order[i] : i; }
    const T *x(size_t i, int inputs) const { return X + number(i) * inputs; }
    const T *y(size_t i, int outputs) const { return Y + number(i) * outputs; }
    T weight(size_t i) const { return weights ? weights[number(i)] : T(1); }

    // Calls `work` with the column and the number of each entry of a sparse row.
    template <class Work> INLINE void each_entry(size_t i, Work work) const {
        for (int64_t at = ends[number(i)]; at < ends[number(i) + 1]; at++) work(columns[at], X[at]);
    }
};
