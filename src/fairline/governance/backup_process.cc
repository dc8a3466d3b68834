// See backup_process.h. The input is a socket, not a pipe: writing to a program that is gone then
// gives an error and no signal.
#include "fairline/governance/backup_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <system_error>

extern char** environ;

namespace fairline {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;
constexpr off_t kComplaintBytes = 2000;

std::string NameOf(const std::string& program) {
  return std::filesystem::path(program).filename().string();
}

std::vector<std::string> EnvironmentWith(
    const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto replaced = [&](const auto& name_and_value) {
      return text.starts_with(name_and_value.first + "=");
    };
    if (std::ranges::none_of(more, replaced)) variables.emplace_back(text);
  }
  for (const auto& [name, value] : more) variables.push_back(fmt::format("{}={}", name, value));
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

void CloseIfOpen(int descriptor) {
  if (descriptor >= 0) close(descriptor);
}

std::unexpected<Error> SystemFailure(const std::string& program, int error) {
  if (error == ENOENT) {
    return Fail(ErrorCode::kNotFound, fmt::format("the program {} is not installed", program));
  }
  return Fail(ErrorCode::kUnavailable, fmt::format("{} could not be run", NameOf(program)),
              std::generic_category().message(error));
}

}  // namespace

ChildProcess::ChildProcess(std::string program, pid_t pid, int pipe, int complaints)
    : program_(std::move(program)), pid_(pid), pipe_(pipe), complaints_(complaints) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : program_(std::move(other.program_)),
      pid_(std::exchange(other.pid_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      complaints_(std::exchange(other.complaints_, -1)),
      status_(other.status_) {}

ChildProcess::~ChildProcess() {
  Stop(SIGTERM);
  CloseIfOpen(pipe_);
  CloseIfOpen(complaints_);
}

Result<ChildProcess> ChildProcess::Start(const Call& call) {
  std::vector<std::string> words = call.words;
  std::vector<std::string> variables = EnvironmentWith(call.environment);
  int ends[2] = {-1, -1};  // ours, the child's
  if (call.pipe != Pipe::kNone && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return SystemFailure(words[0], errno);
  }
  const int complaints = memfd_create("complaints", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const int child_end = call.pipe == Pipe::kInput ? STDIN_FILENO : STDOUT_FILENO;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) {
    if (ends[1] >= 0 && standard == child_end) {
      posix_spawn_file_actions_adddup2(&actions, ends[1], standard);
    } else {
      posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    }
  }
  if (complaints >= 0) posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
  // The server blocks its stop signals in all threads; a child must not inherit that.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, words[0].c_str(), &actions, &attributes,
                                 Pointers(words).data(), Pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  CloseIfOpen(ends[1]);
  ChildProcess child(words[0], error == 0 ? pid : -1, ends[0], complaints);
  if (error != 0) return SystemFailure(words[0], error);
  return child;
}

Result<std::string> ChildProcess::Read() {
  std::string bytes(kReadBytes, '\0');
  ssize_t count;
  do {
    count = read(pipe_, bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return SystemFailure(program_, errno);
  bytes.resize(static_cast<size_t>(count));
  return bytes;
}

Status ChildProcess::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(pipe_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      FAIRLINE_TRY(Finish());
      return SystemFailure(program_, EPIPE);
    }
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Status ChildProcess::Finish() {
  CloseIfOpen(std::exchange(pipe_, -1));
  int status = status_;
  if (pid_ >= 0) {
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    Reap(status);
  }
  if (WIFEXITED(status_) && WEXITSTATUS(status_) == 0) return {};
  return Fail(ErrorCode::kUnavailable, fmt::format("{} failed", NameOf(program_)), Complaint());
}

bool ChildProcess::IsRunning() {
  int status = 0;
  if (pid_ >= 0 && waitpid(pid_, &status, WNOHANG) == pid_) Reap(status);
  return pid_ >= 0;
}

void ChildProcess::Stop(int signal) {
  if (pid_ < 0) return;
  kill(pid_, signal);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  Reap(status);
}

void ChildProcess::Reap(int status) {
  pid_ = -1;
  status_ = status;
}

std::string ChildProcess::Complaint() const {
  const off_t size = lseek(complaints_, 0, SEEK_END);
  if (size <= 0) return "";
  std::string text(static_cast<size_t>(std::min(size, kComplaintBytes)), '\0');
  const ssize_t count =
      pread(complaints_, text.data(), text.size(), std::max<off_t>(0, size - kComplaintBytes));
  text.resize(static_cast<size_t>(std::max<ssize_t>(0, count)));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace fairline
