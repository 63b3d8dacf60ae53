// Threads that work on one batch together: each call of `run` gives every one of them its part, and returns when all are done.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

class Team {
public:
    explicit Team(int size_) : size(size_) {
        for (int i = 1; i < size; i++) threads.emplace_back([this, i] { serve(i); });
    }
    Team(const Team &) = delete;
    Team &operator=(const Team &) = delete;
    ~Team() {
        work = nullptr;
        announce();
        for (auto &thread : threads) thread.join();
    }

    // `part(i)` for each i below `size`; part 0 by the caller.
    void run(const std::function<void(int)> &part) {
        work = &part;
        busy.store(size - 1, std::memory_order_relaxed);
        announce();
        part(0);
        for (int left = busy.load(std::memory_order_acquire); left; left = busy.load(std::memory_order_acquire)) rest(busy, left);
    }

    const int size;

private:
    void announce() {
        round.fetch_add(1, std::memory_order_release);
        round.notify_all();
    }

    void serve(int i) {
        for (int seen = 0;;) {
            for (int now = round.load(std::memory_order_acquire); now == seen; now = round.load(std::memory_order_acquire)) rest(round, now);
            seen++;
            if (!work) return;
            (*work)(i);
            if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
        }
    }

    // Waits a little in place, since the next part mostly comes at once, and then asleep.
    static void rest(const std::atomic<int> &value, int old) {
        for (int i = 0; i < 4000; i++) {
            if (value.load(std::memory_order_relaxed) != old) return;
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
        value.wait(old);
    }

    std::atomic<int> round{0}, busy{0};
    const std::function<void(int)> *work = nullptr;
    std::vector<std::thread> threads;
};
