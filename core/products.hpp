// Matrix products for small and middle sizes: C = A B, C = A B + bias in every row, or C += A B.
//
// B and C are row-major with rows padded to whole vectors, so one kernel, which holds a tile of C in registers and streams through B, does
// forward products and weight gradients alike, without packing. A may lie in any order (`row` and `step` are its strides), since its
// numbers are broadcast one by one.
#pragma once

#include "vector.hpp"

// The tile that fills the registers: 32 of them for AVX-512 and 64-bit Arm, 16 elsewhere.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int TILE_ROWS = 12;
#else
constexpr int TILE_ROWS = 6;
#endif

enum class Onto { nothing, bias, itself };

template <class T> struct Matrix {  // of A: number (i, k) is at from[i * row + k * step]
    const T *from;
    ptrdiff_t row, step;
};

template <Onto ONTO, int ROWS, int WIDTH, class T>
INLINE void tile(int inner, Matrix<T> A, const T *B, ptrdiff_t ldb, T *C, ptrdiff_t ldc, const T *bias) {
    using V = Wide<T>;
    constexpr int L = LANES<T>;
    V sums[ROWS][WIDTH];
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < WIDTH; j++) {
            if constexpr (ONTO == Onto::nothing) sums[i][j] = V{};
            if constexpr (ONTO == Onto::bias) sums[i][j] = load<V>(bias + j * L);
            if constexpr (ONTO == Onto::itself) sums[i][j] = load<V>(C + i * ldc + j * L);
        }
    for (int k = 0; k < inner; k++) {
        V b[WIDTH];
#pragma GCC unroll 4
        for (int j = 0; j < WIDTH; j++) b[j] = load<V>(B + k * ldb + j * L);
#pragma GCC unroll 16
        for (int i = 0; i < ROWS; i++) {
            V a = all<V>(A.from[i * A.row + k * A.step]);
#pragma GCC unroll 4
            for (int j = 0; j < WIDTH; j++) sums[i][j] += a * b[j];
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 4
        for (int j = 0; j < WIDTH; j++) store(C + i * ldc + j * L, sums[i][j]);
}

template <Onto ONTO, int WIDTH, class T>
__attribute__((noinline)) void columns(int rows, int inner, Matrix<T> A, const T *B, ptrdiff_t ldb, T *C, ptrdiff_t ldc, const T *bias) {
    int i = 0;
    constexpr int MOST = WIDTH > 2 ? 1 : TILE_ROWS;
    auto at = [&](int row) { return Matrix<T>{A.from + row * A.row, A.row, A.step}; };
    if constexpr (MOST > 1) {
        for (; i + MOST <= rows; i += MOST) tile<ONTO, MOST, WIDTH>(inner, at(i), B, ldb, C + i * ldc, ldc, bias);
        for (; i + 4 <= rows; i += 4) tile<ONTO, 4, WIDTH>(inner, at(i), B, ldb, C + i * ldc, ldc, bias);
        for (; i + 2 <= rows; i += 2) tile<ONTO, 2, WIDTH>(inner, at(i), B, ldb, C + i * ldc, ldc, bias);
    }
    for (; i < rows; i++) tile<ONTO, 1, WIDTH>(inner, at(i), B, ldb, C + i * ldc, ldc, bias);
}

// C (rows, width) from A (rows, inner) and B (inner, width); `width` is a whole number of vectors.
template <Onto ONTO, class T>
void product(int rows, int width, int inner, Matrix<T> A, const T *B, ptrdiff_t ldb, T *C, ptrdiff_t ldc, const T *bias = nullptr) {
    constexpr int L = LANES<T>;
    int j = 0;
    if (rows < 4)  // single rows: more sums side by side, since one waits for the other
        for (; j + 4 * L <= width; j += 4 * L) columns<ONTO, 4>(rows, inner, A, B + j, ldb, C + j, ldc, bias + j);
    for (; j + 2 * L <= width; j += 2 * L) columns<ONTO, 2>(rows, inner, A, B + j, ldb, C + j, ldc, bias + j);
    for (; j < width; j += L) columns<ONTO, 1>(rows, inner, A, B + j, ldb, C + j, ldc, bias + j);
}

template <int FEW, class T>
INLINE void dots_of_row(int width, const T *a, const T *B, ptrdiff_t ldb, const T *bias, T *to, ptrdiff_t ldc) {
    using V = Wide<T>;
    V sums[FEW] = {};
    for (int j = 0; j < width; j += LANES<T>)
#pragma GCC unroll 4
        for (int k = 0; k < FEW; k++) sums[k] += load<V>(a + j) * load<V>(B + k * ldb + j);
#pragma GCC unroll 4
    for (int k = 0; k < FEW; k++) to[k * ldc] = sum(sums[k]) + bias[k];
}

// C[k * ldc + i] = bias[k] + the scalar product of row i of A and row k of B, both with so many numbers, a whole number of vectors. For few
// rows of B; as many rows of A as a vector has lanes are summed up together.
template <class T>
void dots(int rows, int few, int width, const T *A, ptrdiff_t lda, const T *B, ptrdiff_t ldb, const T *bias, T *C, ptrdiff_t ldc) {
    using V = Wide<T>;
    constexpr int L = LANES<T>;
    int i = 0;
    for (; i + L <= rows; i += L)
        for (int k = 0; k < few; k++) {
            V sums[L] = {};
            for (int j = 0; j < width; j += L) {
                const V b = load<V>(B + k * ldb + j);
#pragma GCC unroll 16
                for (int r = 0; r < L; r++) sums[r] += load<V>(A + (i + r) * lda + j) * b;
            }
            store(C + k * ldc + i, lane_sums(sums) + bias[k]);
        }
    for (; i < rows; i++) {  // several sums side by side, since one waits for the other
        int k = 0;
        for (; k + 4 <= few; k += 4) dots_of_row<4>(width, A + i * lda, B + k * ldb, ldb, bias + k, C + k * ldc + i, ldc);
        for (; k < few; k++) dots_of_row<1>(width, A + i * lda, B + k * ldb, ldb, bias + k, C + k * ldc + i, ldc);
    }
}

// to (columns, ld_to) = the transpose of from (rows, ld_from), in blocks of as many rows and columns as a vector has lanes: `from` has whole
// vectors in each row, and `to` room for whole blocks, whose rest becomes zero.
template <class T> void transpose(int rows, int columns_, const T *from, ptrdiff_t ld_from, T *to, ptrdiff_t ld_to) {
    using V = Wide<T>;
    constexpr int L = LANES<T>;
    for (int j = 0; j < columns_; j += L)
        for (int i = 0; i < rows; i += L) {
            V block[L];
#pragma GCC unroll 16
            for (int r = 0; r < L; r++) block[r] = i + r < rows ? load<V>(from + (i + r) * ld_from + j) : V{};
            transpose_block(block);
#pragma GCC unroll 16
            for (int r = 0; r < L; r++) store(to + (j + r) * ld_to + i, block[r]);
        }
}
