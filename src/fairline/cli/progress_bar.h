// A progress bar with the time left, on stderr, only on a terminal and unless FAIRLINE_NO_PROGRESS
// is set.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace fairline {

/// The `done` of work whose length nobody knows: the words beside the bar are all that is drawn.
inline constexpr double kUnknownLength = std::numeric_limits<double>::quiet_NaN();

class ProgressBar {
 public:
  /// The first sign of life is drawn at once.
  explicit ProgressBar(std::string label);
  /// Wipes the bar: what stays on the screen is what the command says at its end.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` of `total`, in one unit; `label` replaces the words beside the bar. Cheap to call
  /// often: it draws ten times a second.
  void Update(double done, double total);
  void Update(double done, double total, std::string label);
  /// The same for work in stages: the time left is that of the stage, and starts with its name.
  void UpdateStage(std::string_view stage, double share);

 private:
  void Draw(double share);

  bool shown_ = false;
  std::string label_;
  int64_t started_micros_ = 0;
  int64_t drawn_micros_ = 0;
};

}  // namespace fairline
