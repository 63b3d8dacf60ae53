// First-order training from a start to a stop: epochs, shuffles, batches, steps, schedule, history, validation and stopping rules. The
// definitions are descent.py, schedules.py and monitor.py; what is Python's alone (callbacks, Ctrl-C, progress) happens between two calls of
// `run`, which can end within an epoch and goes on from there.
#pragma once

#include <chrono>

#include "backprop.hpp"
#include "online.hpp"
#include "optimizers.hpp"
#include "random.hpp"
#include "team.hpp"

enum class Schedule { constant, inverse_scaling, adaptive };

constexpr const char *SCHEDULES[] = {"constant", "inverse-scaling", "adaptive"};

struct Choices {
    Rule rule;
    double learning_rate;
    long epochs, batch_size;
    bool shuffle;
    uint64_t random_start;
    Schedule schedule;
    double power, weight_decay, schedule_tolerance;
    double tolerance;  // below 0: no such rule
    long patience;
    bool early_stopping;
    double aim;  // below 0: no such rule
    double least_gain;    // the validation loss has fallen where it fell by more
    double learnt_below;  // the rule of the tolerance holds from a loss without penalty below this one on
    std::vector<double> dropout;  // for each hidden layer
    uint64_t drops_start;
    int threads;
};

struct Plateau {
    double tolerance;
    long patience;
    double best = std::numeric_limits<double>::infinity();
    long count = 0;

    bool reached(double loss) {
        count = loss >= best - tolerance ? count + 1 : 0;
        best = loss < best ? loss : best;
        if (count <= patience) return false;
        count = 0;
        return true;
    }
};

struct Rate {
    Schedule schedule;
    double first, power;
    Plateau plateau;
    double now = first;

    bool exhausted() const { return schedule != Schedule::adaptive || now <= 1e-6; }
    void after(double loss, double examples_seen) {
        if (schedule == Schedule::inverse_scaling) now = first / std::pow(examples_seen + 1, power);
        if (schedule == Schedule::adaptive && !exhausted() && plateau.reached(loss)) now /= 5;
    }
};

// What goes on where a training goes on; vectors of parameters are elsewhere.
struct Memory {
    Plateau rate_plateau, flat_loss, waiting;
    double rate, best_score, examples;
    long steps;
};

template <class T> class Descent {
public:
    Descent(const Architecture &network_, const T *flat, Rows<T> data_, size_t count, Rows<T> held_, size_t held_count,
            const Choices &choices_)
        : network(network_), choices(choices_), layout(network_), data(data_), rows(count), held(held_), held_rows(held_count),
          optimizer(choices_.rule, layout), random(choices_.random_start),
          rate{choices_.schedule, choices_.learning_rate, choices_.power, Plateau{choices_.schedule_tolerance, choices_.patience}},
          flat_loss{choices_.tolerance, choices_.patience}, waiting{choices_.least_gain, choices_.patience}, parameters(layout.size),
          best_(layout.size), here(layout, parameters.data()) {
        layout.take(flat, parameters.data());
        std::memcpy(best_.data(), parameters.data(), layout.size * sizeof(T));
        if (choices.shuffle) order.resize(rows);
        losses.reserve(std::min<size_t>(choices.epochs, 1 << 18));
        for (double share : choices.dropout)
            if (share > 0) dropout.shares = choices.dropout;
        dropout.words = Random(choices.drops_start);
        if (choices.rule.plain() && choices.weight_decay == 0 && !data.weights && !data.columns && dropout.shares.empty())
            small = small_network<T>(network, layout, data, rows, choices.batch_size);
        if (small) {
            small->take(parameters.data());
            return;
        }
        find_classes();
        before = Buffer<T>(layout.size);
        const int threads = worth_threads() ? choices.threads : 1;
        for (int i = 0; i < threads; i++) {
            passes.push_back(std::make_unique<Passes<T>>(network, (choices.batch_size + threads - 1) / threads, true,
                                                         choices.shuffle && !data.columns));
            gradients.emplace_back(layout.size);
            gradient_pointers.push_back(gradients.back().data());
        }
        if (threads > 1) team = std::make_unique<Team>(threads);
    }

    Memory memory() const {
        return {rate.plateau, flat_loss, waiting, rate.now, best_score, examples, optimizer.steps};
    }
    void remember(const Memory &m) {
        rate.plateau = m.rate_plateau;
        rate.now = m.rate;
        flat_loss = m.flat_loss;
        waiting = m.waiting;
        best_score = m.best_score;
        examples = m.examples;
        optimizer.set_steps(m.steps);
    }
    // The optimiser's vector i and the best parameters, in the order of network.py.
    void take_state(int i, const T *flat) { layout.take(flat, optimizer.state[i].data()); }
    void give_state(int i, T *flat) const { layout.give(optimizer.state[i].data(), flat); }
    void take_best(const T *flat) {
        layout.take(flat, best_.data());
        if (small) small->take_best(best_.data());
    }

    // Goes on for at most so many epochs and about so many seconds; true when training has ended.
    bool run(long most_epochs, double seconds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        double work = 0;
        while (!*stopped && most_epochs > 0 && long(losses.size()) < choices.epochs) {
            if (small && simple_rules()) {
                most_epochs -= many_epochs(std::min(most_epochs, choices.epochs - long(losses.size())), work);
            } else if (epoch_done(work, deadline)) {
                end_epoch();
                most_epochs--;
            } else {
                return false;
            }
            if (late(work, deadline)) break;
        }
        if (!*stopped && long(losses.size()) >= choices.epochs) stopped = "epochs";
        return *stopped;
    }

    void present(T *flat) {
        fetch();
        layout.give(parameters.data(), flat);
    }
    // The parameters at the beginning of the last epoch, to which its loss belongs.
    void previous(T *flat) {
        if (!small) {
            layout.give(before.data(), flat);
            return;
        }
        small->give_before(scratch().data());
        layout.give(scratch().data(), flat);
    }
    void best(T *flat) {
        if (small) small->give_best(best_.data());
        layout.give(best_.data(), flat);
    }
    // Gives back the memory that only further epochs would need.
    void finish() {
        team.reset();
        passes.clear();
        gradients.clear();
        watcher.reset();
        if (!small) before = Buffer<T>();
        stopped = *stopped ? stopped : "interrupted";
    }
    const T *raw() const { return data.X; }
    // Words of the generators that were used.
    uint64_t orders_drawn() const { return choices.shuffle ? uint64_t(losses.size() + (position > 0)) * rows : 0; }
    uint64_t drops_drawn() const { return drops_used; }
    double evaluations() const { return double(losses.size()) + double(position) / double(rows); }

    const char *stopped = "";  // a key of run.ENDINGS
    bool can_fall = false;  // after the last epoch a schedule may still lower the rate
    std::vector<double> losses, validation, rates;

private:
    // The classes of the rows, if every row is of one.
    void find_classes() {
        const int out = network.outputs();
        if (network.loss != Loss::categorical_cross_entropy) return;
        classes.resize(rows);
        for (size_t i = 0; i < rows; i++) {
            const T *y = data.Y + i * out;
            int ones = 0;
            for (int k = 0; k < out; k++) {
                if (y[k] == 1) classes[i] = k;
                ones += y[k] == 1 ? 1 : y[k] == 0 ? 0 : 2;
            }
            if (ones != 1) {
                classes.clear();
                return;
            }
        }
        data.classes = classes.data();
    }

    // Whether a batch is work enough for several threads: about 50 microseconds of one.
    bool worth_threads() const { return double(choices.batch_size) * double(network.parameters()) > 2e6 && choices.threads > 1; }

    template <class Time> bool late(double &work, Time deadline) {
        if (work < 2e5) return false;  // multiply-adds, some microseconds; the clock itself takes 20 nanoseconds
        work = 0;
        return std::chrono::steady_clock::now() >= deadline;
    }

    bool simple_rules() const {
        return !choices.shuffle && choices.schedule == Schedule::constant && !held.X && choices.tolerance < 0 && choices.aim < 0;
    }

    // Epochs of a small network, some hundred microseconds of them at once.
    long many_epochs(long most, double &work) {
        const size_t have = losses.size(), some = std::min<size_t>(most, 1 + 10000 / rows);
        losses.resize(have + some);
        const size_t done = small->epochs(int(choices.batch_size), T(rate.now), some, losses.data() + have, best_score);
        losses.resize(have + done);
        for (size_t i = have; i < have + done && std::isfinite(losses[i]); i++) waiting.reached(losses[i]);
        if (!std::isfinite(losses.back())) stopped = "diverged";
        examples += double(done) * double(rows);
        work += double(done * rows) * 50;
        return long(done);
    }

    // One epoch, or what is left of it; false if time ran out within it.
    template <class Time> bool epoch_done(double &work, Time deadline) {
        if (position == 0) {
            if (choices.shuffle) random.permutation(order);
            total = 0;
        }
        Rows<T> all_rows = data;
        all_rows.order = choices.shuffle ? order.data() : nullptr;
        if (small) {
            total = small->epoch(all_rows.order, int(choices.batch_size), T(rate.now));
            work += double(rows) * 50;
            return true;
        }
        if (position == 0) std::memcpy(before.data(), parameters.data(), layout.size * sizeof(T));
        while (position < rows) {
            const size_t count = std::min<size_t>(choices.batch_size, rows - position);
            total += batch(all_rows, position, count);
            position += count;
            work += double(count) * double(layout.size) + 1000;
            if (position < rows && late(work, deadline)) return false;
        }
        position = 0;
        return true;
    }

    // One step; the objective times the number of rows.
    double batch(Rows<T> all_rows, size_t begin, size_t count) {
        optimizer.count_step();
        const double penalty = choices.weight_decay ? optimizer.penalty(parameters.data(), choices.weight_decay) : 0;
        const T scale = T(1) / T(count);
        double loss = 0;
        dropout.rows = count;
        if (!team) {
            loss = passes[0]->gradient(here, all_rows, begin, count, scale, gradients[0].data(), thins());
            optimizer.step(parameters.data(), gradient_pointers.data(), 1, 0, layout.size, rate.now, choices.weight_decay);
        } else {
            loss = together(all_rows, begin, count, scale);
        }
        const uint64_t words = dropout.words_for(count, network);
        dropout.words.skip(words);
        drops_used += words;
        return loss + penalty * double(count);
    }

    const Dropout *thins() const { return dropout.shares.empty() ? nullptr : &dropout; }

    // Each thread takes its share of the rows, then of the parameters. The shares depend on the number of threads alone.
    double together(Rows<T> all_rows, size_t begin, size_t count, T scale) {
        const size_t threads = team->size, share = (count + threads - 1) / threads;
        std::vector<double> parts(threads);
        team->run([&](int i) {
            const size_t from = std::min(count, i * share), to = std::min(count, from + share);
            if (from == to) std::memset(gradients[i].data(), 0, layout.size * sizeof(T));
            else parts[i] = passes[i]->gradient(here, all_rows, begin + from, to - from, scale, gradients[i].data(), thins(), from);
        });
        const size_t vectors = layout.size / LANES<T>, slice = (vectors + threads - 1) / threads * LANES<T>;
        team->run([&](int i) {
            const size_t from = std::min(layout.size, i * slice), to = std::min(layout.size, from + slice);
            optimizer.step(parameters.data(), gradient_pointers.data(), int(threads), from, to, rate.now, choices.weight_decay);
        });
        double loss = 0;
        for (double part : parts) loss += part;
        return loss;
    }

    void end_epoch() {
        const double loss = total / double(rows), used = rate.now;
        can_fall = !rate.exhausted();
        losses.push_back(loss);
        if (choices.schedule != Schedule::constant) rates.push_back(used);
        examples += double(rows);
        rate.after(loss, examples);
        double score = loss;
        if (held.X) {
            score = held_loss();
            validation.push_back(score);
        }
        stopped = verdict(loss, score);
    }

    const char *verdict(double loss, double score) {
        if (!std::isfinite(loss)) return "diverged";
        if (score < best_score) {
            best_score = score;
            keep_best();
        }
        const bool stale = waiting.reached(score);
        if (choices.aim >= 0 && largest_error() <= choices.aim) return "fitted";
        if (choices.early_stopping && stale) return "validation";
        const bool flat = choices.tolerance >= 0 && flat_loss.reached(loss);
        return flat && !can_fall && has_learnt(loss) && !speeds_up() ? "tolerance" : "";
    }

    // Before the outputs tell the rows apart, a loss that stands still is a saddle, not an end.
    bool has_learnt(double loss) {
        fetch();
        return loss - optimizer.penalty(parameters.data(), choices.weight_decay) <= choices.learnt_below;
    }

    // Whether the loss fell more in the last `patience` epochs than in as many before: it is leaving a saddle.
    bool speeds_up() const {
        const size_t have = losses.size(), span = size_t(choices.patience);
        if (have / 2 < span || have == 2 * span) return false;
        const double before = losses[have - 1 - 2 * span], middle = losses[have - 1 - span], now = losses[have - 1];
        return middle - now > std::max(before - middle, 0.0);
    }

    // With validation the score belongs to the present parameters, otherwise to those at the beginning of the epoch.
    void keep_best() {
        if (small) small->keep(held.X == nullptr);
        else std::memcpy(best_.data(), held.X ? parameters.data() : before.data(), layout.size * sizeof(T));
    }

    Buffer<T> &scratch() {
        if (!before.size()) before = Buffer<T>(layout.size);
        return before;
    }

    void fetch() {
        if (small) small->give(parameters.data());
    }

    Passes<T> &watching() {
        if (!watcher) watcher = std::make_unique<Passes<T>>(network, std::max(rows, held_rows), false);
        return *watcher;
    }

    double held_loss() {
        fetch();
        return watching().loss(here, held, 0, held_rows) / double(held_rows);
    }

    double largest_error() {
        fetch();
        return watching().largest_error(here, data, rows);
    }

    const Architecture network;
    const Choices choices;
    const Layout<T> layout;
    Rows<T> data;
    std::vector<uint32_t> classes;
    const size_t rows;
    const Rows<T> held;
    const size_t held_rows;
    Optimizer<T> optimizer;
    Random random;
    Rate rate;
    Plateau flat_loss, waiting;
    Buffer<T> parameters, before, best_;
    const Point<T> here;  // the parameters, layer by layer
    std::vector<uint32_t> order;
    std::vector<Buffer<T>> gradients;
    std::vector<T *> gradient_pointers;
    std::vector<std::unique_ptr<Passes<T>>> passes;
    std::unique_ptr<Passes<T>> watcher;
    std::unique_ptr<Team> team;
    std::unique_ptr<SmallNetwork<T>> small;
    double best_score = std::numeric_limits<double>::infinity(), total = 0, examples = 0;
    size_t position = 0;
    Dropout dropout;
    uint64_t drops_used = 0;
};
