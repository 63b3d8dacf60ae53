// The border to Python: the one file that knows it. Built once for each level of processor (LEVEL), under the name _core_<level>.
//
//     Architecture      sizes, activations and loss; outputs, loss, gradient and Gauss-Newton matrix at given parameters
//     Descent           one start of first-order training, which `run` carries on for a while
//     best_level        the highest level that this processor has
//
// Arrays come as C-contiguous buffers of float64 or float32, one precision in a call; results are written into arrays that the caller made.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <mutex>
#include <optional>
#include <tuple>
#include <variant>

#include "curvature.hpp"
#include "descent.hpp"

namespace nb = nanobind;
using namespace nb::literals;

#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x
#define NAME(level) NAME_OF(level)
#define NAME_OF(level) _core_##level

namespace {

// A Python array for as long as this object lives. `kinds` are the formats that it may have: d and f, or i, or q and l.
class View {
public:
    View(nb::handle array, const char *name, const char *kinds, std::optional<size_t> count, bool writable = false) {
        if (PyObject_GetBuffer(array.ptr(), &buffer, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0)) != 0)
            throw nb::python_error();
        const std::string format = buffer.format ? buffer.format : "B";
        if (format.size() == 1 && std::strchr(kinds, format[0]) && (!count || size() == *count)) {
            kind = format[0];
            return;
        }
        const std::string got = format + " x " + std::to_string(size());
        PyBuffer_Release(&buffer);
        const std::string needed = std::string(kinds) + (count ? " x " + std::to_string(*count) : "");
        throw nb::value_error((std::string(name) + " is " + got + "; needed is " + needed).c_str());
    }
    View(const View &) = delete;
    View &operator=(const View &) = delete;
    ~View() { PyBuffer_Release(&buffer); }

    template <class T> T *data() const {
        if (kind != (sizeof(T) == 8 ? 'd' : 'f')) throw nb::value_error("the arrays of one call must have one precision");
        return static_cast<T *>(buffer.buf);
    }
    template <class T> const T *whole_numbers() const { return static_cast<const T *>(buffer.buf); }
    bool is_double() const { return kind == 'd'; }
    size_t size() const { return size_t(buffer.len / buffer.itemsize); }

private:
    Py_buffer buffer;
    char kind;
};

constexpr const char *NUMBERS = "df";

// Calls `work` with a number of the precision that the array has.
template <class Work> auto in_precision(const View &array, Work work) { return array.is_double() ? work(double()) : work(float()); }

template <size_t COUNT> int position(const char *const (&names)[COUNT], const std::string &name, const char *what) {
    for (size_t i = 0; i < COUNT; i++)
        if (name == names[i]) return int(i);
    throw nb::value_error(("the core has no " + std::string(what) + " called " + name).c_str());
}

template <size_t COUNT> nb::tuple all_names(const char *const (&names)[COUNT]) {
    nb::list list;
    for (const char *name : names) list.append(name);
    return nb::tuple(list);
}

Architecture architecture(const std::vector<int> &sizes, const std::vector<std::string> &activations, const std::string &loss) {
    Architecture made;
    if (sizes.size() < 2 || activations.size() + 1 != sizes.size()) throw nb::value_error("needed is one activation for each layer");
    for (int size : sizes)
        if (size < 1) throw nb::value_error("sizes must be above 0");
    made.sizes = sizes;
    for (const auto &name : activations) made.activations.push_back(Activation(position(ACTIVATIONS, name, "activation")));
    for (size_t l = 0; l + 1 < made.activations.size(); l++)
        if (made.activations[l] == Activation::softmax) throw nb::value_error("softmax can only be the output's");
    made.loss = Loss(position(LOSSES, loss, "loss"));
    return made;
}

// Rows of data as Python gives them: X (rows, inputs), or the parts of one in CSR form (numbers, columns as int32, ends as int64); where
// needed Y (rows, outputs) and how much each row counts.
class Data {
public:
    Data(const Architecture &network, size_t rows_, nb::handle X, nb::handle Y, nb::handle weights) : rows(rows_) {
        if (nb::isinstance<nb::tuple>(X)) sparse(network, X);
        else numbers.emplace(X, "X", NUMBERS, rows * network.inputs());
        if (!Y.is_none()) targets.emplace(Y, "Y", NUMBERS, rows * network.outputs());
        if (!weights.is_none()) counts.emplace(weights, "weights", NUMBERS, rows);
    }

    template <class T> Rows<T> view() const {
        Rows<T> made;
        made.X = numbers->data<T>();
        if (targets) made.Y = targets->data<T>();
        if (counts) made.weights = counts->data<T>();
        if (columns) made.columns = columns->whole_numbers<int32_t>();
        if (ends) made.ends = ends->whole_numbers<int64_t>();
        return made;
    }

    const View &X() const { return *numbers; }
    const size_t rows;

private:
    void sparse(const Architecture &network, nb::handle X) {
        if (nb::len(X) != 3) throw nb::value_error("a sparse X has three parts: numbers, columns and ends");
        numbers.emplace(X[0], "the numbers of X", NUMBERS, std::nullopt);
        columns.emplace(X[1], "the columns of X", "i", numbers->size());
        ends.emplace(X[2], "the ends of X", "ql", rows + 1);
        const int64_t *end = ends->whole_numbers<int64_t>();
        for (size_t i = 0; i < rows; i++)
            if (end[i] > end[i + 1]) throw nb::value_error("the ends of a sparse X must not fall");
        if (end[0] < 0 || size_t(end[rows]) > numbers->size()) throw nb::value_error("the ends of a sparse X lie outside its numbers");
        const int32_t *column = columns->whole_numbers<int32_t>();
        for (size_t i = 0; i < columns->size(); i++)
            if (column[i] < 0 || column[i] >= network.inputs()) throw nb::value_error("a column of a sparse X is none of the inputs");
    }

    std::optional<View> numbers, targets, counts, columns, ends;
};

// An architecture, and the memory for passes of a few rows: predictions of single rows would take most of their time to make it anew.
struct Prepared : Architecture {
    explicit Prepared(Architecture made) : Architecture(std::move(made)) {}

    // Calls `work` with passes for so many rows; a second thread that comes at the same time gets its own.
    template <class T, class Work> void with_passes(size_t rows, Work work) {
        std::unique_lock lock(busy, std::try_to_lock);
        if (rows > FEW || !lock.owns_lock()) {
            work(*Passes<T>::to_predict(*this, rows));
            return;
        }
        auto &kept = std::get<std::unique_ptr<Passes<T>>>(few);
        if (!kept) kept = Passes<T>::to_predict(*this, FEW);
        work(*kept);
    }

private:
    static constexpr size_t FEW = 16;
    std::mutex busy;
    std::tuple<std::unique_ptr<Passes<double>>, std::unique_ptr<Passes<float>>> few;
};

void outputs(Prepared &network, nb::handle parameters_, size_t rows, nb::handle X, nb::handle out_) {
    View parameters(parameters_, "parameters", NUMBERS, network.parameters());
    Data data(network, rows, X, nb::none(), nb::none());
    View out(out_, "out", NUMBERS, rows * network.outputs(), true);
    in_precision(data.X(), [&](auto number) {
        using T = decltype(number);
        T *flat = parameters.data<T>();  // only read
        const auto view = data.view<T>();
        T *to = out.data<T>();
        nb::gil_scoped_release released;
        network.with_passes<T>(rows, [&](Passes<T> &passes) { passes.outputs(Vector<T>(passes.layout, flat, 0), view, 0, rows, to); });
    });
}

double loss(const Prepared &network, nb::handle parameters_, size_t rows, nb::handle X, nb::handle Y, nb::handle weights) {
    View parameters(parameters_, "parameters", NUMBERS, network.parameters());
    Data data(network, rows, X, Y, weights);
    return in_precision(data.X(), [&](auto number) {
        using T = decltype(number);
        T *flat = parameters.data<T>();  // only read
        const auto view = data.view<T>();
        nb::gil_scoped_release released;
        Passes<T> passes(network, rows, false);
        return passes.loss(Vector<T>(passes.layout, flat, 0), view, 0, rows) / double(rows);
    });
}

double gradient(const Prepared &network, nb::handle parameters_, size_t rows, nb::handle X, nb::handle Y, nb::handle weights,
                nb::handle out_) {
    View parameters(parameters_, "parameters", NUMBERS, network.parameters()), out(out_, "out", NUMBERS, network.parameters(), true);
    Data data(network, rows, X, Y, weights);
    return in_precision(data.X(), [&](auto number) {
        using T = decltype(number);
        T *flat = parameters.data<T>();  // only read
        const auto view = data.view<T>();
        T *to = out.data<T>();
        nb::gil_scoped_release released;
        Passes<T> passes(network, rows, true);
        Buffer<T> padded_gradient(passes.layout.size);
        const Vector<T> point(passes.layout, flat, 0);
        const double total = passes.gradient(point, view, 0, rows, T(1) / T(rows), padded_gradient.data());
        passes.layout.give(padded_gradient.data(), to);
        return total / double(rows);
    });
}

double gauss_newton(const Prepared &network, nb::handle parameters_, size_t rows, nb::handle X, nb::handle Y, nb::handle weights,
                    nb::handle out_, nb::handle matrix_) {
    View parameters(parameters_, "parameters", NUMBERS, network.parameters()), out(out_, "out", NUMBERS, network.parameters(), true);
    View matrix(matrix_, "matrix", NUMBERS, network.parameters() * network.parameters(), true);
    if (nb::isinstance<nb::tuple>(X)) throw nb::value_error("needed is a full X: the Gauss-Newton matrix has no use for a sparse one");
    Data data(network, rows, X, Y, weights);
    return in_precision(data.X(), [&](auto number) {
        using T = decltype(number);
        T *flat = parameters.data<T>();  // only read
        const auto view = data.view<T>();
        T *to = out.data<T>(), *square = matrix.data<T>();
        nb::gil_scoped_release released;
        Curvature<T> curvature(network);
        const Layout<T> layout(network);
        Buffer<T> padded_gradient(layout.size);
        const double total = curvature.gauss_newton(flat, view, rows, T(1) / T(rows), padded_gradient.data(), square);
        layout.give(padded_gradient.data(), to);
        return total / double(rows);
    });
}

// A dictionary's entry, in the type of what it becomes.
template <class Field> void read(const nb::dict &from, const char *name, Field &to) {
    if (!from.contains(name)) throw nb::key_error(name);
    to = nb::cast<Field>(from[name]);
}

Choices choices_of(const nb::dict &given) {
    Choices made{};
    std::string method, schedule;
    read(given, "method", method);
    read(given, "schedule", schedule);
    made.rule.method = Method(position(METHODS, method, "optimiser"));
    made.schedule = Schedule(position(SCHEDULES, schedule, "schedule"));
    read(given, "learning_rate", made.learning_rate);
    read(given, "learning_rate", made.rule.first_step);
    switch (made.rule.method) {
    case Method::sgd:
        read(given, "momentum", made.rule.momentum);
        read(given, "nesterov", made.rule.nesterov);
        break;
    case Method::adam:
        read(given, "beta_1", made.rule.beta_1);
        read(given, "beta_2", made.rule.beta_2);
        read(given, "epsilon", made.rule.epsilon);
        break;
    case Method::irprop:
        read(given, "grow", made.rule.grow);
        read(given, "shrink", made.rule.shrink);
        read(given, "largest", made.rule.largest);
        read(given, "smallest", made.rule.smallest);
        break;
    }
    read(given, "epochs", made.epochs);
    read(given, "batch_size", made.batch_size);
    read(given, "shuffle", made.shuffle);
    read(given, "random", made.random_start);
    read(given, "power", made.power);
    read(given, "weight_decay", made.weight_decay);
    read(given, "schedule_tolerance", made.schedule_tolerance);
    read(given, "tolerance", made.tolerance);
    read(given, "patience", made.patience);
    read(given, "early_stopping", made.early_stopping);
    read(given, "aim", made.aim);
    read(given, "least_gain", made.least_gain);
    read(given, "learnt_below", made.learnt_below);
    read(given, "dropout", made.dropout);
    read(given, "drops", made.drops_start);
    read(given, "threads", made.threads);
    if (made.batch_size < 1 || made.threads < 1) throw nb::value_error("the batch size and the threads must be above 0");
    return made;
}

nb::tuple plateau_tuple(const Plateau &plateau) { return nb::make_tuple(plateau.best, plateau.count); }

void read_plateau(const nb::dict &from, const char *name, Plateau &to) {
    nb::tuple parts;
    read(from, name, parts);
    to.best = nb::cast<double>(parts[0]);
    to.count = nb::cast<long>(parts[1]);
}

// One start of training in either precision. The data and the vectors of parameters stay borrowed from Python as long as this lives.
class Training {
public:
    Training(const Prepared &network, nb::handle parameters_, nb::handle best_, nb::handle previous_, const nb::list &state_, size_t rows,
             nb::handle X, nb::handle Y, nb::handle weights, size_t held_rows, nb::handle held_X, nb::handle held_Y, nb::handle held_weights,
             const nb::dict &choices_)
        : parameters(parameters_, "parameters", NUMBERS, network.parameters(), true), data(network, rows, X, Y, weights) {
        if (rows == 0) throw nb::value_error("needed are rows");
        const Choices choices = choices_of(choices_);
        if (int(nb::len(state_)) != choices.rule.states()) throw nb::value_error("the optimiser remembers another number of vectors");
        if (!best_.is_none()) best.emplace(best_, "best", NUMBERS, parameters.size(), true);
        if (!previous_.is_none()) previous.emplace(previous_, "previous", NUMBERS, parameters.size(), true);
        for (size_t i = 0; i < nb::len(state_); i++) state[i].emplace(state_[i], "state", NUMBERS, parameters.size(), true);
        if (held_rows) held.emplace(network, held_rows, held_X, held_Y, held_weights);
        in_precision(data.X(), [&](auto number) {
            using T = decltype(number);
            const Rows<T> held_view = held ? held->view<T>() : Rows<T>{};
            const auto of = [](const std::optional<View> &view) { return view ? view->data<T>() : nullptr; };
            const Vectors<T> vectors{parameters.data<T>(), of(best), of(previous), {of(state[0]), of(state[1])}};
            work.emplace<std::unique_ptr<Descent<T>>>(
                std::make_unique<Descent<T>>(network, vectors, data.view<T>(), rows, held_view, held_rows, choices));
        });
    }

    bool run(long epochs, double seconds) {
        nb::gil_scoped_release released;
        return std::visit([&](auto &descent) { return descent->run(epochs, seconds); }, work);
    }
    void give() {
        std::visit([](auto &descent) { descent->give(); }, work);
    }
    void finish() {
        std::visit([](auto &descent) { descent->finish(); }, work);
    }

    nb::dict memory() const {
        const Memory m = std::visit([](auto &descent) { return descent->memory(); }, work);
        nb::dict made;
        made["rate_plateau"] = plateau_tuple(m.rate_plateau);
        made["flat_loss"] = plateau_tuple(m.flat_loss);
        made["waiting"] = plateau_tuple(m.waiting);
        made["rate"] = m.rate;
        made["score"] = m.best_score;
        made["examples"] = m.examples;
        made["steps"] = m.steps;
        made["orders_drawn"] = std::visit([](auto &descent) { return descent->orders_drawn(); }, work);
        made["drops_drawn"] = std::visit([](auto &descent) { return descent->drops_drawn(); }, work);
        return made;
    }
    void remember(const nb::dict &given) {
        Memory m = std::visit([](auto &descent) { return descent->memory(); }, work);
        read_plateau(given, "rate_plateau", m.rate_plateau);
        read_plateau(given, "flat_loss", m.flat_loss);
        read_plateau(given, "waiting", m.waiting);
        read(given, "rate", m.rate);
        read(given, "score", m.best_score);
        read(given, "examples", m.examples);
        read(given, "steps", m.steps);
        std::visit([&](auto &descent) { descent->remember(m); }, work);
    }

    std::string stopped() const {
        return std::visit([](auto &descent) { return std::string(descent->stopped); }, work);
    }
    bool can_fall() const {
        return std::visit([](auto &descent) { return descent->can_fall; }, work);
    }
    double evaluations() const {
        return std::visit([](auto &descent) { return descent->evaluations(); }, work);
    }
    size_t epochs() const {
        return std::visit([](auto &descent) { return descent->losses.size(); }, work);
    }
    // The column from epoch `from` on (counted from 0): a view of float64 numbers, good until the next `run`. The learning rate has no column
    // where it is constant.
    nb::object column(const std::string &name, size_t from) const {
        return std::visit(
            [&](auto &descent) {
                const auto &numbers = name == "loss" ? descent->losses : name == "validation_loss" ? descent->validation : descent->rates;
                from = std::min(from, numbers.size());
                char *begin = reinterpret_cast<char *>(const_cast<double *>(numbers.data() + from));
                const Py_ssize_t bytes = Py_ssize_t((numbers.size() - from) * sizeof(double));
                return nb::steal<nb::object>(PyMemoryView_FromMemory(begin, bytes, PyBUF_READ));
            },
            work);
    }

private:
    const View parameters;
    std::optional<View> best, previous, state[2];
    const Data data;
    std::optional<Data> held;
    std::variant<std::unique_ptr<Descent<double>>, std::unique_ptr<Descent<float>>> work;
};

bool all_finite(nb::handle array) {
    View numbers(array, "the array", NUMBERS, std::nullopt);
    return in_precision(numbers, [&](auto number) {
        using T = decltype(number);
        using V = Wide<T>;
        const T *x = numbers.data<T>();
        V zeros{};  // 0 times a number is 0, or NaN where the number is none
        size_t i = 0;
        for (; i + LANES<T> <= numbers.size(); i += LANES<T>) zeros += load<V>(x + i) * T(0);
        T rest = sum(zeros);
        for (; i < numbers.size(); i++) rest += x[i] * T(0);
        return rest == 0;
    });
}

// The highest of the levels that this processor can run.
const char *best_level() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return "avx512";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "avx2";
#endif
    return "baseline";
}

}  // namespace

NB_MODULE(NAME(LEVEL), m) {
    m.attr("LEVEL") = TEXT(LEVEL);
    m.attr("ACTIVATIONS") = all_names(ACTIVATIONS);
    m.attr("LOSSES") = all_names(LOSSES);
    m.attr("METHODS") = all_names(METHODS);
    m.attr("SCHEDULES") = all_names(SCHEDULES);
    m.def("best_level", &best_level);
    m.def("all_finite", &all_finite);

    nb::class_<Prepared>(m, "Architecture")
        .def("__init__",
             [](Prepared *self, const std::vector<int> &sizes, const std::vector<std::string> &activations, const std::string &loss) {
                 new (self) Prepared(architecture(sizes, activations, loss));
             })
        .def("outputs", &outputs)
        .def("loss", &loss, "parameters"_a, "rows"_a, "X"_a, "Y"_a, "weights"_a.none())
        .def("gradient", &gradient, "parameters"_a, "rows"_a, "X"_a, "Y"_a, "weights"_a.none(), "out"_a)
        .def("gauss_newton", &gauss_newton, "parameters"_a, "rows"_a, "X"_a, "Y"_a, "weights"_a.none(), "out"_a, "matrix"_a);

    nb::class_<Training>(m, "Descent")
        .def(nb::init<const Prepared &, nb::handle, nb::handle, nb::handle, const nb::list &, size_t, nb::handle, nb::handle, nb::handle, size_t,
                      nb::handle, nb::handle, nb::handle, const nb::dict &>(),
             "network"_a, "parameters"_a, "best"_a.none(), "previous"_a.none(), "state"_a, "rows"_a, "X"_a, "Y"_a, "weights"_a.none(), "held_rows"_a, "held_X"_a.none(), "held_Y"_a.none(),
             "held_weights"_a.none(), "choices"_a)
        .def("run", &Training::run, "epochs"_a, "seconds"_a)
        .def("give", &Training::give)
        .def("finish", &Training::finish)
        .def("memory", &Training::memory)
        .def("remember", &Training::remember)
        .def("column", &Training::column)
        .def_prop_ro("can_fall", &Training::can_fall)
        .def_prop_ro("epochs", &Training::epochs)
        .def_prop_ro("evaluations", &Training::evaluations)
        .def_prop_ro("stopped", &Training::stopped);
}
