// A training's progress on the terminal, and Ctrl-C as its way to stop.
#pragma once

#include "fairline/cli/interrupt.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/training/progress.h"

namespace fairline {

class TrainingProgress {
 public:
  explicit TrainingProgress(std::string label) : bar_(std::move(label)) {}

  /// Points into this object.
  Progress Get() {
    Progress progress;
    progress.report = [this](std::string_view stage, double share) {
      bar_.UpdateStage(stage, share);
    };
    progress.cancel = &InterruptFlag();
    return progress;
  }

 private:
  InterruptScope interruptible_;
  ProgressBar bar_;
};

}  // namespace fairline
