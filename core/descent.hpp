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

// Python's vectors of parameters, one number for each: they are worked on in place as far as that goes.
template <class T> struct Vectors {
    T *parameters;
    T *best;      // with the lowest score; null: somebody else keeps it
    T *previous;  // before the last step of the last epoch, to which its loss belongs; null: nobody asks
    T *state[2];  // the optimiser's, as many as it has
};

template <class T> class Descent {
public:
    Descent(const Architecture &network_, const Vectors<T> &vectors, Rows<T> data_, size_t count, Rows<T> held_, size_t held_count,
            const Choices &choices_)
        : network(network_), choices(choices_), layout(network_), data(data_), rows(count), held(held_), held_rows(held_count),
          optimizer(choices_.rule), random(choices_.random_start),
          rate{choices_.schedule, choices_.learning_rate, choices_.power, Plateau{choices_.schedule_tolerance, choices_.patience}},
          flat_loss{choices_.tolerance, choices_.patience}, waiting{choices_.least_gain, choices_.patience},
          parameters(layout, vectors.parameters) {
        if (vectors.best) best = Vector<T>(layout, vectors.best);
        if (vectors.previous) previous = Vector<T>(layout, vectors.previous);
        for (int i = 0; i < choices.rule.states(); i++) optimizer.state[i] = Vector<T>(layout, vectors.state[i]);
        if (choices.shuffle) order.resize(rows);
        losses.reserve(std::min<size_t>(choices.epochs, 1 << 18));
        for (double share : choices.dropout)
            if (share > 0) dropout.shares = choices.dropout;
        dropout.words = Random(choices.drops_start);
        if (choices.rule.plain() && choices.weight_decay == 0 && !data.weights && !data.columns && dropout.shares.empty())
            small = small_network<T>(network, layout, data, rows, choices.batch_size);
        if (small) {
            small->take(parameters);
            if (best) small->take_best(best);
            return;
        }
        find_classes();
        const int threads = worth_threads() ? choices.threads : 1;
        for (int i = 0; i < threads; i++)
            passes.push_back(std::make_unique<Passes<T>>(network, (choices.batch_size + threads - 1) / threads, true,
                                                         choices.shuffle && !data.columns, data.columns));
        const bool in_parts = fits(choices.batch_size) && !data.columns;
        size_t largest = 0;
        for (const auto &part : passes[0]->parts) largest = std::max(largest, part.end - part.begin);
        for (int i = 0; i < threads; i++) gradients.emplace_back(in_parts ? largest : layout.size);
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

    // Brings Python's arrays up to date.
    void give() {
        fetch();
        if (small && best) small->give_best(best);
        if (small && previous) small->give_before(previous);
        parameters.give();
        if (best) best.give();
        if (previous) previous.give();
        for (const auto &state : optimizer.state)
            if (state) state.give();
    }
    // The same, and gives back the memory that only further epochs would need.
    void finish() {
        give();
        team.reset();
        passes.clear();
        gradients.clear();
        watcher.reset();
        stopped = *stopped ? stopped : "interrupted";
    }
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
        Plateau seen = waiting;  // in registers, since it is no neighbour of the losses
        for (size_t i = have; i < have + done && std::isfinite(losses[i]); i++) seen.reached(losses[i]);
        waiting = seen;
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
        const double decay = penalty(layout, parameters, choices.weight_decay) * double(count);
        const bool last = begin + count == rows, in_parts = fits(count) && !data.columns;
        dropout.rows = count;
        const double loss = decay + passed(all_rows, begin, count, in_parts);
        if (last) before_last_step((total + loss) / double(rows));
        each_thread([&](int i) {
            for (size_t number = i; number < passes[0]->parts.size(); number += passes.size()) {
                const auto &part = passes[0]->parts[number];
                step(part, in_parts ? gradient_of(part, gradients[i].data()) : summed(part));
            }
        });
        const uint64_t words = dropout.words_for(count, network);
        dropout.words.skip(words);
        drops_used += words;
        return loss;
    }

    // Whether so many rows are one block in each thread: then the gradient is made and used part by part.
    bool fits(size_t count) const { return count <= size_t(passes[0]->block) * passes.size(); }

    // The rows forward and backward, each thread with its share, which depends on the number of threads alone; the sum of the losses.
    double passed(Rows<T> all_rows, size_t begin, size_t count, bool in_parts) {
        const size_t threads = passes.size(), share = (count + threads - 1) / threads;
        const T scale = T(1) / T(count);
        const Dropout *thins = dropout.shares.empty() ? nullptr : &dropout;
        std::vector<double> sums(threads);
        each_thread([&](int i) {
            const size_t from = std::min(count, i * share), many = std::min(count, from + share) - from;
            auto &pass = *passes[i];
            if (in_parts) sums[i] = pass.backward(parameters, all_rows, begin + from, int(many), scale, thins, from);
            else if (many) sums[i] = pass.gradient(parameters, all_rows, begin + from, many, scale, gradients[i].data(), thins, from);
            else std::memset(gradients[i].data(), 0, layout.size * sizeof(T));
        });
        double loss = 0;
        for (double part : sums) loss += part;
        return loss;
    }

    const T *gradient_of(const Part &part, T *to) const {
        for (const auto &pass : passes) pass->add_gradient(part, pass == passes.front(), to);
        return to;
    }
    const T *summed(const Part &part) const {
        T *to = gradients[0].data();
        for (size_t i = 1; i < gradients.size(); i++)
            for (size_t at = part.begin; at < part.end; at += LANES<T>)
                store(to + at, load<Wide<T>>(to + at) + load<Wide<T>>(gradients[i].data() + at));
        return to + part.begin;
    }
    void step(const Part &part, const T *gradient) {
        const auto &layer = layout.layers[part.layer];
        const size_t begin = part.begin - layer.weights, biases = layer.biases - layer.weights, end = part.end - layer.weights;
        const size_t middle = std::min(biases, end);
        T *to = parameters.weights(part.layer);
        optimizer.step(part.layer, begin, middle - begin, to + begin, gradient, rate.now, choices.weight_decay);
        optimizer.step(part.layer, middle, end - middle, to + middle, gradient + (middle - begin), rate.now, 0);
    }

    template <class Work> void each_thread(Work work) {
        if (team) team->run(work);
        else work(0);
    }

    // The parameters to which the epoch's loss belongs, except that of the first epoch, which belongs to the first ones. With validation the
    // score belongs to those after the step.
    void before_last_step(double loss) {
        if (previous) previous.copy_from(parameters);
        if (best && !held.X && !first_score() && loss < best_score && std::isfinite(loss)) best.copy_from(parameters);
    }
    bool first_score() const { return best_score == std::numeric_limits<double>::infinity(); }

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
            if (small && (held.X || !first_score())) small->keep(held.X == nullptr);
            if (!small && best && held.X) best.copy_from(parameters);
            best_score = score;
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
        return loss - penalty(layout, parameters, choices.weight_decay) <= choices.learnt_below;
    }

    // Whether the loss fell more in the last `patience` epochs than in as many before: it is leaving a saddle.
    bool speeds_up() const {
        const size_t have = losses.size(), span = size_t(choices.patience);
        if (have / 2 < span || have == 2 * span) return false;
        const double before = losses[have - 1 - 2 * span], middle = losses[have - 1 - span], now = losses[have - 1];
        return middle - now > std::max(before - middle, 0.0);
    }

    void fetch() {
        if (small) small->give(parameters);
    }

    Passes<T> &watching() {
        if (!watcher) watcher = std::make_unique<Passes<T>>(network, std::max(rows, held_rows), false);
        return *watcher;
    }

    double held_loss() {
        fetch();
        return watching().loss(parameters, held, 0, held_rows) / double(held_rows);
    }

    double largest_error() {
        fetch();
        return watching().largest_error(parameters, data, rows);
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
    Vector<T> parameters, best, previous;
    std::vector<uint32_t> order;
    std::vector<Buffer<T>> gradients;  // of each thread: of one part, or of all parameters
    std::vector<std::unique_ptr<Passes<T>>> passes;
    std::unique_ptr<Passes<T>> watcher;
    std::unique_ptr<Team> team;
    std::unique_ptr<SmallNetwork<T>> small;
    double best_score = std::numeric_limits<double>::infinity(), total = 0, examples = 0;
    size_t position = 0;
    Dropout dropout;
    uint64_t drops_used = 0;
};
