#include "fairline/explain/gauss_legendre.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fairline {
namespace {

// The expected values have 24 digits, computed with 60-digit decimal arithmetic.
TEST(GaussLegendre, GivesTheNearestDoubles) {
  const Quadrature three = GaussLegendre(3);
  EXPECT_EQ(three.points,
            (std::vector<double>{0.112701665379258311482073, 0.5, 0.887298334620741688517927}));
  EXPECT_EQ(three.weights,
            (std::vector<double>{0.277777777777777777777778, 0.444444444444444444444444,
                                 0.277777777777777777777778}));
  const Quadrature eight = GaussLegendre(8);
  EXPECT_EQ(eight.points,
            (std::vector<double>{0.019855071751231884158220, 0.101666761293186630204223,
                                 0.237233795041835507091130, 0.408282678752175097530262,
                                 0.591717321247824902469738, 0.762766204958164492908870,
                                 0.898333238706813369795777, 0.980144928248768115841780}));
  EXPECT_EQ(eight.weights,
            (std::vector<double>{0.050614268145188129576266, 0.111190517226687235272178,
                                 0.156853322938943643668981, 0.181341891689180991482575,
                                 0.181341891689180991482575, 0.156853322938943643668981,
                                 0.111190517226687235272178, 0.050614268145188129576266}));
}

TEST(GaussLegendre, OnePointIsTheMiddle) {
  const Quadrature rule = GaussLegendre(1);
  EXPECT_EQ(rule.points, std::vector<double>{0.5});
  EXPECT_EQ(rule.weights, std::vector<double>{1.0});
}

TEST(GaussLegendre, IsExactUpToTwiceItsCountMinusOne) {
  for (size_t count = 1; count <= 24; ++count) {
    const Quadrature rule = GaussLegendre(count);
    for (size_t degree = 0; degree < 2 * count; ++degree) {
      long double integral = 0;
      for (size_t i = 0; i < count; ++i) {
        integral +=
            rule.weights[i] * std::pow((long double){rule.points[i]}, (long double){1} * degree);
      }
      EXPECT_NEAR(static_cast<double>(integral * (degree + 1)), 1, 1e-14) << count << " " << degree;
    }
  }
}

TEST(GaussLegendre, PointsAscendInsideTheInterval) {
  for (const size_t count : {2u, 17u, 64u, 256u}) {
    const Quadrature rule = GaussLegendre(count);
    ASSERT_EQ(rule.points.size(), count);
    double before = 0, sum = 0;
    for (size_t i = 0; i < count; ++i) {
      EXPECT_GT(rule.points[i], before);
      EXPECT_GT(rule.weights[i], 0);
      EXPECT_EQ(rule.weights[i], rule.weights[count - 1 - i]);
      before = rule.points[i];
      sum += rule.weights[i];
    }
    EXPECT_LT(before, 1);
    EXPECT_NEAR(sum, 1, 1e-14);
  }
}

}  // namespace
}  // namespace fairline
