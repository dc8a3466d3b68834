// One line, rewritten in place.
#include "fairline/cli/progress_bar.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "fairline/cli/output.h"
#include "fairline/core/clock.h"

namespace fairline {
namespace {

constexpr int64_t kRedrawMicros = 100'000;
constexpr int kBarCells = 30;

std::string TimeLeft(int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s left", seconds);
  return fmt::format("{} min {:02} s left", seconds / 60, seconds % 60);
}

}  // namespace

ProgressBar::ProgressBar(std::string label) : label_(std::move(label)) {
  shown_ = StderrIsTerminal() && std::getenv("FAIRLINE_NO_PROGRESS") == nullptr;
  started_micros_ = SystemClock().MonotonicMicros();
  if (shown_) Draw(0);
}

ProgressBar::~ProgressBar() {
  if (shown_) PrintNote("\r\x1b[K");
}

void ProgressBar::Update(double done, double total) {
  if (!shown_ || total <= 0) return;
  const int64_t now = SystemClock().MonotonicMicros();
  if (now - drawn_micros_ < kRedrawMicros) return;
  drawn_micros_ = now;
  Draw(std::clamp(done / total, 0.0, 1.0));
}

void ProgressBar::Update(double done, double total, std::string label) {
  label_ = std::move(label);
  Update(done, total);
}

void ProgressBar::UpdateStage(std::string_view stage, double share) {
  if (stage != label_) {
    label_ = stage;
    started_micros_ = SystemClock().MonotonicMicros();
    drawn_micros_ = 0;
  }
  Update(share, 1);
}

void ProgressBar::Draw(double share) {
  if (std::isnan(share)) return PrintNote(fmt::format("\r\x1b[K{}", label_));
  const int full = static_cast<int>(share * kBarCells);
  std::string bar(full, '#');
  bar.resize(kBarCells, '.');
  std::string left;
  if (share > 0.02) {
    const double elapsed = static_cast<double>(SystemClock().MonotonicMicros() - started_micros_);
    left = TimeLeft(static_cast<int64_t>(elapsed * (1 - share) / share / 1e6 + 0.5));
  }
  PrintNote(fmt::format("\r\x1b[K{} [{}] {:3.0f} %  {}", label_, bar, 100 * share, left));
}

}  // namespace fairline
