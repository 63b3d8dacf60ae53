// The generator of randomness.py: SplitMix64 (Steele, Lea and Flood, 2014), counter based.
#pragma once

#include <algorithm>
#include <cstdint>
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
    // boxes as there are words, by their high bits, and then sorted box by box: n steps for n words.
    void permutation(std::vector<uint32_t> &order) {
        const size_t count = order.size();
        int bits = 1;
        while ((size_t(1) << bits) < count && bits < 20) bits++;
        const int shift = 64 - bits;
        boxes.assign((size_t(1) << bits) + 1, 0);
        words.resize(count);
        keyed.resize(count);
        for (size_t i = 0; i < count; i++) words[i] = ahead(i);
        skip(count);
        for (const auto w : words) boxes[(w >> shift) + 1]++;
        for (size_t i = 1; i < boxes.size(); i++) boxes[i] += boxes[i - 1];
        for (size_t i = 0; i < count; i++) keyed[boxes[words[i] >> shift]++] = {words[i], uint32_t(i)};
        // what is out of place now is so within its box
        for (size_t i = 1; i < count; i++) {
            const Keyed moved = keyed[i];
            size_t j = i;
            for (; j > 0 && keyed[j - 1].word > moved.word; j--) keyed[j] = keyed[j - 1];
            keyed[j] = moved;
        }
        for (size_t i = 0; i < count; i++) order[i] = keyed[i].number;
    }

private:
    static constexpr uint64_t STEP = 0x9E3779B97F4A7C15ull;

    static uint64_t mixed(uint64_t w) {
        w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9ull;
        w = (w ^ (w >> 27)) * 0x94D049BB133111EBull;
        return w ^ (w >> 31);
    }

    struct Keyed {
        uint64_t word;
        uint32_t number;
    };
    uint64_t state;
    std::vector<uint64_t> words;
    std::vector<uint32_t> boxes;
    std::vector<Keyed> keyed;
};
