// Functions of a shared object that is opened at run time.
#pragma once

#include <dlfcn.h>

#include <string>

#include "fairline/core/check.h"

namespace fairline::bench {

class Library {
 public:
  explicit Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    FAIRLINE_CHECK(handle_ != nullptr, dlerror());
  }

  template <typename Function>
  Function* Find(const char* name) const {
    void* found = dlsym(handle_, name);
    FAIRLINE_CHECK(found != nullptr, name);
    return reinterpret_cast<Function*>(found);
  }

 private:
  void* handle_;  // open until the program ends
};

}  // namespace fairline::bench
