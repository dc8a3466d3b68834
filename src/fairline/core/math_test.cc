// Golden bits, which any other machine must reproduce, and errors against long double.
#include "fairline/core/math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "fairline/core/random.h"

namespace fairline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Golden {
  double x;
  uint64_t bits;
};

void ExpectBits(double (*function)(double), std::initializer_list<Golden> golden) {
  for (const auto& [x, bits] : golden) {
    EXPECT_EQ(std::bit_cast<uint64_t>(function(x)), bits) << x;
  }
}

TEST(Math, ExpBitsAreTheSameOnEveryMachine) {
  ExpectBits(Exp, {{0.0, 0x3ff0000000000000},
                   {1.0, 0x4005bf0a8b145769},
                   {-1.0, 0x3fd78b56362cef38},
                   {0.5, 0x3ffa61298e1e069c},
                   {-0.1, 0x3fecf46d99d52b3a},
                   {1e-10, 0x3ff000000006df38},
                   {10.3, 0x40dd09279b492870},
                   {-37.7, 0x3c886d47300a1b65},
                   {100.0, 0x48f3494a9b171bf5},
                   {-700.25, 0x00caf5fe9a485c8e},
                   {-708.7, 0x000bcf8b155b3ee0},
                   {-740.0, 0x0000000000000055},
                   {709.7, 0x7fed75ae7a50ee14}});
}

TEST(Math, LogBitsAreTheSameOnEveryMachine) {
  ExpectBits(Log, {{1.0, 0x0000000000000000},
                   {2.0, 0x3fe62e42fefa39ef},
                   {0.1, 0xc0026bb1bbb55515},
                   {0.7071, 0xbfd62e6b3842a25e},
                   {1.4143, 0x3fd62f4358c03e8a},
                   {0.999, 0xbf5064670d979b73},
                   {1.0000001, 0x3e7ad7f2847b6492},
                   {10.0, 0x40026bb1bbb55516},
                   {1e-300, 0xc085963447f87fb5},
                   {4e-320, 0xc086fb870ef96810},
                   {5e-324, 0xc0874385446d71c3},
                   {1.7e308, 0x40862dd08fdc6f88},
                   {3.0, 0x3ff193ea7aad030b}});
}

TEST(Math, LogisticAndLogitBitsAreTheSameOnEveryMachine) {
  ExpectBits(Logistic, {{0.0, 0x3fe0000000000000},
                        {-2.2, 0x3fb9893f80876feb},
                        {2.2, 0x3fecced80fef1202},
                        {-36.7, 0x3ca0998b04bdd18f},
                        {36.7, 0x3feffffffffffffe},
                        {-740.0, 0x0000000000000055},
                        {-5.5, 0x3f70abd946147066},
                        {0.001, 0x3fe0020c49b78133}});
  ExpectBits(Logit, {{0.05, 0xc0078e360604b32c},
                     {0.5, 0x0000000000000000},
                     {0.9, 0x400193ea7aad030b},
                     {0.2, 0xbff62e42fefa39ef},
                     {1e-12, 0xc03ba18a998ffe87}});
}

/// The error of `value` in units of its last place.
double ErrorUlps(double value, long double exact) {
  const double ulp = std::nextafter(std::fabs(value), kInfinity) - std::fabs(value);
  return static_cast<double>(std::fabs(value - exact) / ulp);
}

TEST(Math, ExpErrsByLessThanOneUlp) {
  Random random(1);
  for (int i = 0; i < 300'000; ++i) {
    // All results there are, those near 1, and arguments of every magnitude.
    const double range = i % 2 == 0 ? 744.4 : 1.5;
    const double scale = i % 3 == 0 ? std::ldexp(1, -static_cast<int>(random.Below(60))) : 1;
    const double x = (2 * random.Uniform() - 1) * range * scale;
    const double value = Exp(x);
    if (value == kInfinity) {
      ASSERT_GT(x, 709.78) << x;
      continue;
    }
    ASSERT_LT(ErrorUlps(value, std::exp(static_cast<long double>(x))), 1) << x;
  }
}

TEST(Math, LogErrsByLessThanOneUlp) {
  Random random(2);
  for (int i = 0; i < 300'000; ++i) {
    // Every positive double, those around 1, and those very near 1.
    double x = std::bit_cast<double>(random.NextUint64() >> 1);
    if (i % 3 == 1) x = 0.5 + 1.5 * random.Uniform();
    if (i % 3 == 2) x = 1 + std::ldexp(random.Uniform() - 0.5, -static_cast<int>(random.Below(50)));
    if (!std::isfinite(x) || x == 0 || x == 1) continue;
    ASSERT_LT(ErrorUlps(Log(x), std::log(static_cast<long double>(x))), 1) << x;
  }
}

TEST(Math, LogisticErrsByLessThanThreeUlpsInBothTails) {
  Random random(3);
  for (int i = 0; i < 100'000; ++i) {
    const double x = (2 * random.Uniform() - 1) * (i % 2 == 0 ? 740 : 5);
    const long double exact = 1 / (1 + std::exp(-static_cast<long double>(x)));
    ASSERT_LT(ErrorUlps(Logistic(x), exact), 3) << x;
  }
}

TEST(Math, Ends) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Exp(709.8), kInfinity);
  EXPECT_EQ(Exp(kInfinity), kInfinity);
  EXPECT_EQ(Exp(-746), 0);
  EXPECT_EQ(Exp(-kInfinity), 0);
  EXPECT_EQ(Exp(-745.1), 5e-324);
  EXPECT_TRUE(std::isnan(Exp(nan)));
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(Log(-1)));
  EXPECT_TRUE(std::isnan(Log(nan)));
  EXPECT_EQ(Logistic(kInfinity), 1);
  EXPECT_EQ(Logistic(-kInfinity), 0);
  EXPECT_TRUE(std::isnan(Logistic(nan)));
  EXPECT_EQ(Logit(0), -kInfinity);
  EXPECT_EQ(Logit(1), kInfinity);
  EXPECT_TRUE(std::isnan(Logit(1.5)));
}

TEST(Math, LogisticNeverFallsAsLogOddsRise) {
  double before = 0;
  for (double log_odds = -50; log_odds <= 50; log_odds += 0.001) {
    const double now = Logistic(log_odds);
    ASSERT_GE(now, before) << log_odds;
    before = now;
  }
}

}  // namespace
}  // namespace fairline
