// Vectors of the widest kind that this level has, and the functions of them that networks need.
//
// They are the compiler's own vector extensions, so one text serves every processor. Sources of the polynomials: exp and log are reduced
// as in Cody and Waite (1980); the coefficients interpolate expm1(x)/x and atanh(s)/s at Chebyshev nodes, errors below 0.2 units in the
// last place.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#define INLINE inline __attribute__((always_inline))

template <class T> struct WholeNumber;
template <> struct WholeNumber<float> { using type = int32_t; };
template <> struct WholeNumber<double> { using type = int64_t; };

// N numbers of type T, and as many whole numbers of the same width.
template <class T, int N> struct Lanes {
    using Int = typename WholeNumber<T>::type;
    typedef T V __attribute__((vector_size(N * sizeof(T))));
    typedef Int I __attribute__((vector_size(N * sizeof(T))));
    typedef T Unaligned __attribute__((vector_size(N * sizeof(T)), aligned(alignof(T)), may_alias));
};

template <class T> constexpr int LANES = VECTOR_BYTES / sizeof(T);
template <class T> using Wide = typename Lanes<T, LANES<T>>::V;
template <class V> using Number = std::remove_cv_t<std::remove_reference_t<decltype(V{}[0])>>;
template <class V> constexpr int COUNT = sizeof(V) / sizeof(Number<V>);
template <class V> using Ints = typename Lanes<Number<V>, COUNT<V>>::I;

template <class V> INLINE V all(Number<V> x) { return x - V{}; }

template <class V> INLINE V load(const Number<V> *from) {
    return *reinterpret_cast<const typename Lanes<Number<V>, COUNT<V>>::Unaligned *>(from);
}

template <class V> INLINE void store(Number<V> *to, V x) {
    *reinterpret_cast<typename Lanes<Number<V>, COUNT<V>>::Unaligned *>(to) = x;
}

// NaN stays NaN. x86's own minimum and maximum, which return their second operand then, are a third of the time of a comparison and a choice.
#if defined(__x86_64__)
#define BOUND(name, kind)                                                                                                              \
    template <class V> INLINE V name(V x, Number<V> bound) {                                                                            \
        const V b = all<V>(bound);                                                                                                      \
        constexpr bool SINGLE = sizeof(Number<V>) == 4;                                                                                 \
        if constexpr (sizeof(V) == 16 && SINGLE) return (V)_mm_##kind##_ps((__m128)b, (__m128)x);                                       \
        if constexpr (sizeof(V) == 16 && !SINGLE) return (V)_mm_##kind##_pd((__m128d)b, (__m128d)x);                                    \
        WIDER_BOUNDS(kind)                                                                                                              \
    }
#if VECTOR_BYTES == 64
#define WIDER_BOUNDS(kind)                                                                                                             \
    if constexpr (sizeof(V) == 32 && SINGLE) return (V)_mm256_##kind##_ps((__m256)b, (__m256)x);                                        \
    if constexpr (sizeof(V) == 32 && !SINGLE) return (V)_mm256_##kind##_pd((__m256d)b, (__m256d)x);                                     \
    if constexpr (sizeof(V) == 64 && SINGLE) return (V)_mm512_##kind##_ps((__m512)b, (__m512)x);                                        \
    if constexpr (sizeof(V) == 64 && !SINGLE) return (V)_mm512_##kind##_pd((__m512d)b, (__m512d)x);
#elif VECTOR_BYTES == 32
#define WIDER_BOUNDS(kind)                                                                                                             \
    if constexpr (sizeof(V) == 32 && SINGLE) return (V)_mm256_##kind##_ps((__m256)b, (__m256)x);                                        \
    if constexpr (sizeof(V) == 32 && !SINGLE) return (V)_mm256_##kind##_pd((__m256d)b, (__m256d)x);
#else
#define WIDER_BOUNDS(kind)
#endif
BOUND(at_most, min)
BOUND(at_least, max)
#else
template <class V> INLINE V at_most(V x, Number<V> high) { return x > high ? all<V>(high) : x; }
template <class V> INLINE V at_least(V x, Number<V> low) { return x < low ? all<V>(low) : x; }
#endif

// Each lane takes the number of the lane whose place differs in one bit, D.
template <int D, class V, int... I> INLINE V swapped_lanes(V x, std::integer_sequence<int, I...>) {
#if defined(__clang__) || __GNUC__ >= 12
    return __builtin_shufflevector(x, x, (I ^ D)...);
#else
    return __builtin_shuffle(x, Ints<V>{(I ^ D)...});
#endif
}
template <int D, class V> INLINE V swapped(V x) { return swapped_lanes<D>(x, std::make_integer_sequence<int, COUNT<V>>{}); }

template <class V, int D = COUNT<V> / 2> INLINE Number<V> sum(V x) {
    if constexpr (D == 0) return x[0];
    else return sum<V, D / 2>(x + swapped<D>(x));
}

// In lane i the sum of the lanes of x[i]: neighbours are joined, then pairs of neighbours, and so on.
template <int D, class V, int... I> INLINE V joined(V x, V y, std::integer_sequence<int, I...>) {
#if defined(__clang__) || __GNUC__ >= 12
    constexpr int N = COUNT<V>;
    return __builtin_shufflevector(x, y, (I & D ? I + N : I)...) + __builtin_shufflevector(x, y, (I & D ? (I ^ D) + N : I ^ D)...);
#else
    const Ints<V> second{(I & D ? -1 : 0)...};
    return (second ? y : x) + (second ? swapped<D>(y) : swapped<D>(x));
#endif
}
template <int D = 1, class V> INLINE V lane_sums(V *x) {
    if constexpr (D == COUNT<V>) return x[0];
    else {
#pragma GCC unroll 8
        for (int i = 0; i < COUNT<V> / (2 * D); i++) x[i] = joined<D>(x[2 * i], x[2 * i + 1], std::make_integer_sequence<int, COUNT<V>>{});
        return lane_sums<2 * D>(x);
    }
}

// Lanes of x and y that differ in bit D take each other's place: those of x that have it, and those of y that have it not.
template <int D, class V, int... I> INLINE void exchange(V &x, V &y, std::integer_sequence<int, I...>) {
#if defined(__clang__) || __GNUC__ >= 12
    constexpr int N = COUNT<V>;
    const V first = __builtin_shufflevector(x, y, (I & D ? (I ^ D) + N : I)...);
    y = __builtin_shufflevector(x, y, (I & D ? I + N : I ^ D)...);
    x = first;
#else
    const Ints<V> second{(I & D ? -1 : 0)...};
    const V first = second ? swapped<D>(y) : x;
    y = second ? y : swapped<D>(x);
    x = first;
#endif
}
// x[i][j] becomes x[j][i], of as many vectors as each has lanes: the halves off the diagonal change places, then those of the halves.
template <int D = 1, class V> INLINE void transpose_block(V *x) {
    if constexpr (D < COUNT<V>) {
#pragma GCC unroll 16
        for (int i = 0; i < COUNT<V>; i++)
            if (!(i & D)) exchange<D>(x[i], x[i + D], std::make_integer_sequence<int, COUNT<V>>{});
        transpose_block<2 * D>(x);
    }
}

// In every lane the largest of all, or NaN.
template <class V, int D = COUNT<V> / 2> INLINE V largest_of(V x) {
    if constexpr (D == 0) return x;
    else {
        const V other = swapped<D>(x);
        return largest_of<V, D / 2>(x < other ? other : x != x ? x : other != other ? other : x);
    }
}

template <class V> INLINE V square_root(V x) {
    for (int i = 0; i < COUNT<V>; i++) x[i] = std::sqrt(x[i]);
    return x;
}

template <class T> struct Constants;

template <> struct Constants<float> {
    static constexpr float LOG2E = 1.44269504f, LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    static constexpr float ROUND = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
    static constexpr float LARGEST = 86.5f;      // exp of it and of its negative are normal numbers, and so is all on the way there
    static constexpr int MANTISSA = 23;
    // 2^x = 1 + x (p_0 + p_1 x + ...) for x from -1/2 to 1/2
    static constexpr float POWER[] = {0.693147188116349063f, 0.24022650761348438f, 0.0555035668238640482f, 0.00961808218339412186f, 0.00133910932472663458f, 0.000154533619735335607f};
    static constexpr float ATANH[] = {0.999999999904503007f, 0.333333395132169848f, 0.199993556234311658f,
                                      0.143101037042186192f, 0.106992802533392716f, 0.121969540420115125f};
};

template <> struct Constants<double> {
    static constexpr double LOG2E = 1.4426950408889634, LN2_HIGH = 6.93145751953125e-1, LN2_LOW = 1.42860682030941723212e-6;
    static constexpr double ROUND = 6755399441055744.0;  // 1.5 * 2^52
    static constexpr double LARGEST = 707.0;
    static constexpr int MANTISSA = 52;
    static constexpr double POWER[] = {0.693147180559945309,
                                       0.240226506959100988,
                                       0.0555041086648215946,
                                       0.00961812910760654052,
                                       0.00133335581464167498,
                                       0.00015403530442319545,
                                       0.0000152527338301471381,
                                       1.32154422329693437e-6,
                                       1.01780622566465422e-7,
                                       7.07265679936292334e-9,
                                       4.45499836310486857e-10};
    static constexpr double ATANH[] = {1.0,
                                       0.333333333333333417,
                                       0.199999999999964334,
                                       0.14285714286311464,
                                       0.111111110595518372,
                                       0.0909091171124762625,
                                       0.0769222353022998378,
                                       0.0666843840787191768,
                                       0.0585763733405521264,
                                       0.0548830831897374703,
                                       0.0349019524916621601,
                                       0.0824414296569478431};
};

// A polynomial by Estrin's scheme: pairs, then pairs of pairs, so that the chain of dependent operations is short.
template <class V, class T, size_t N> INLINE V polynomial(V x, const T (&coefficients)[N]) {
    V terms[N];
    for (size_t i = 0; i < N; i++) terms[i] = all<V>(coefficients[i]);
    V power = x;
#pragma GCC unroll 8
    for (size_t count = N; count > 1; count = (count + 1) / 2) {
        for (size_t i = 0; i < count / 2; i++) terms[i] = terms[2 * i] + terms[2 * i + 1] * power;
        if (count % 2) terms[count / 2] = terms[count - 1];
        power *= power;
    }
    return terms[0];
}

// x in units of the logarithm of 2, as a whole number and a rest from -1/2 to 1/2. |x| beyond LARGEST counts as LARGEST.
template <class V> struct Reduced {
    Ints<V> power;  // the whole number, where the exponent of a floating-point number is
    V rest;
};

// Of FACTOR x, such as -x: the reduction's multiplication does that on its way.
template <int FACTOR, class V> INLINE Reduced<V> reduced(V x) {
    using C = Constants<Number<V>>;
    constexpr auto LARGEST = C::LARGEST / (FACTOR < 0 ? -FACTOR : FACTOR);
    x = at_least(at_most(x, LARGEST), -LARGEST);
    const V shifted = x * (FACTOR * C::LOG2E) + C::ROUND;
    return {(Ints<V>)shifted << C::MANTISSA, x * (FACTOR * C::LOG2E) - (shifted - C::ROUND)};  // its low bits are the whole number
}

template <int FACTOR = 1, class V> INLINE V exp_of(V x) {
    using C = Constants<Number<V>>;
    const auto r = reduced<FACTOR>(x);
    constexpr size_t N = std::size(C::POWER) + 1;
    Number<V> coefficients[N] = {1};
    for (size_t i = 1; i < N; i++) coefficients[i] = C::POWER[i - 1];
    return (V)((Ints<V>)polynomial(r.rest, coefficients) + r.power);
}

template <int FACTOR = 1, class V> INLINE V expm1_of(V x) {
    using C = Constants<Number<V>>;
    const auto r = reduced<FACTOR>(x);
    const V scale = (V)((Ints<V>)all<V>(1) + r.power);
    return scale * (r.rest * polynomial(r.rest, C::POWER)) + (scale - 1);
}

// 2 atanh(s) for |s| up to a third.
template <class V> INLINE V twice_atanh(V s) { return 2 * s * polynomial(s * s, Constants<Number<V>>::ATANH); }

// log(x) of normal positive x; what else there is the callers keep away, and NaN stays NaN.
template <class V> INLINE V log_of(V x) {
    using T = Number<V>;
    using C = Constants<T>;
    using Int = typename WholeNumber<T>::type;
    const T root_half = T(0.70710678118654752440);
    Ints<V> bits = (Ints<V>)x, from = (Ints<V>)all<V>(root_half);
    Ints<V> exponent = (bits - from) >> C::MANTISSA;
    V m = (V)(bits - (exponent << C::MANTISSA));  // in [sqrt(1/2), sqrt(2))
    V n = __builtin_convertvector(exponent, V);
    V result = n * C::LN2_HIGH + (n * C::LN2_LOW + twice_atanh((m - 1) / (m + 1)));
    (void)sizeof(Int);
    return x == x ? result : x;
}

template <class V> INLINE V log1p_of(V x) { return twice_atanh(x / (x + 2)); }  // for x in [0, 1]

template <class V> INLINE V sigmoid_of(V z) { return 1 / (1 + exp_of<-1>(z)); }

template <class V> INLINE V tanh_of(V z) {
    const V e = expm1_of<2>(z);
    return e / (e + 2);
}
