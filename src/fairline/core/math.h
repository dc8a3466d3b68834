// Our own exp and log: only IEEE 754 basic operations in a fixed order, so the bits are the same on
// every CPU and C library (glibc's differ between CPUs with and without FMA). A recorded PD replays
// anywhere. Exp and Log err by less than 1 ulp, Logistic by less than 3 (tests compare with long
// double).
#pragma once

namespace fairline {

/// e^x. Overflows to +inf above 709.79, underflows to 0 below -745.2; NaN gives NaN.
double Exp(double x);
/// Natural logarithm. 0 gives -inf, negative numbers and NaN give NaN.
double Log(double x);
/// 1 / (1 + e^-x), accurate in both tails: the probability that has log-odds x.
double Logistic(double log_odds);
/// Log-odds of a probability in [0, 1]; the ends give -inf and +inf.
double Logit(double probability);

}  // namespace fairline
