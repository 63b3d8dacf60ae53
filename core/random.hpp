// The generator of randomness.py: SplitMix64 (Steele, Lea and Flood, 2014), counter based.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

class Random {
public:
    explicit Random(uint64_t start) : state(start) {}

    uint64_t now() const { return state; }  // `Random(now())` goes on from here

    uint64_t word() { return mixed(state += STEP); }

    // The word that would come after `number` others, and all these words passed over.
    uint64_t ahead(uint64_t number) const { return mixed(state + (number + 1) * STEP); }
    void skip(uint64_t count) { state += count * STEP; }

    // The order that sorts as many random words, equal words in the order of their numbers. Words are first thrown into about as many
    // boxes as there are words, by their high bits, and then sorted: n steps for n words.
    void permutation(std::vector<uint32_t> &order) {
        const size_t count = order.size();
        int bits = 1;
        while ((size_t(1) << bits) < count && bits < 20) bits++;
        const int shift = 64 - bits;
        boxes.assign((size_t(1) << bits) + 1, 0);
        keys.resize(count);
        each_word(count, [&](size_t, uint64_t w) { boxes[(w >> shift) + 1]++; });
        for (size_t i = 1; i < boxes.size(); i++) boxes[i] += boxes[i - 1];
        each_word(count, [&](size_t i, uint64_t w) { keys[boxes[w >> shift]++] = (w >> 32 << 32) | i; }, true);
        // what is out of place now is so within its box
        for (size_t i = 1; i < count; i++) {
            const uint64_t moved = keys[i];
            size_t j = i;
            for (; j > 0 && keys[j - 1] > moved; j--) keys[j] = keys[j - 1];
            keys[j] = moved;
        }
        settle_equals();
        for (size_t i = 0; i < count; i++) order[i] = uint32_t(keys[i]);
        skip(count);
    }

private:
    static constexpr uint64_t STEP = 0x9E3779B97F4A7C15ull;

    static uint64_t mixed(uint64_t w) {
        w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9ull;
        w = (w ^ (w >> 27)) * 0x94D049BB133111EBull;
        return w ^ (w >> 31);
    }

    // Calls `work` with the number of each of the next words and the word; some of them are made side by side, and kept if they are all.
    template <class Work> void each_word(size_t count, Work work, bool again = false) {
        for (size_t begin = 0; begin < count; begin += std::size(some)) {
            const size_t many = std::min(count - begin, std::size(some));
            if (!again || count > std::size(some))
                for (size_t i = 0; i < many; i++) some[i] = ahead(begin + i);
            for (size_t i = 0; i < many; i++) work(begin + i, some[i]);
        }
    }

    // A key is a word's upper half and its number. Where two halves are equal, the words decide, and then the numbers.
    void settle_equals() {
        bool any = false;
        for (size_t i = 1; i < keys.size(); i++) any |= (keys[i] ^ keys[i - 1]) >> 32 == 0;
        for (size_t i = 1; any && i < keys.size(); i++)
            for (size_t j = i; j > 0 && (keys[j] ^ keys[j - 1]) >> 32 == 0 && word_of(keys[j - 1]) > word_of(keys[j]); j--)
                std::swap(keys[j], keys[j - 1]);
    }
    uint64_t word_of(uint64_t key) const { return ahead(uint32_t(key)); }

    uint64_t state;
    uint64_t some[1024];
    std::vector<uint64_t> keys;
    std::vector<uint32_t> boxes;
};
