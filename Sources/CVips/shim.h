// libvips' calls end in "..., NULL": Swift cannot call those, so each one used has a fixed form here.
#ifndef CVIPS_SHIM_H
#define CVIPS_SHIM_H

#include <vips/vips.h>

/// A file's header, its pixels still unread.
/// `sequential`: the pixels will be asked for once, from top to bottom.
static inline VipsImage *cvips_open(const char *path, int sequential) {
  return vips_image_new_from_file(
      path, "access", sequential ? VIPS_ACCESS_SEQUENTIAL : VIPS_ACCESS_RANDOM, "fail_on",
      VIPS_FAIL_ON_ERROR, NULL);
}

/// Decodes a file no larger than needed, upright, in sRGB, at most `width` pixels wide.
static inline int cvips_thumbnail(const char *path, VipsImage **out, int width) {
  return vips_thumbnail(path, out, width, "height", VIPS_MAX_COORD, "size", VIPS_SIZE_DOWN,
                        "export_profile", "srgb", "fail_on", VIPS_FAIL_ON_ERROR, NULL);
}

/// Shrinks an image that is already upright and in sRGB.
static inline int cvips_shrink(VipsImage *in, VipsImage **out, int width) {
  return vips_thumbnail_image(in, out, width, "height", VIPS_MAX_COORD, "size", VIPS_SIZE_DOWN,
                              "no_rotate", TRUE, NULL);
}

static inline int cvips_save_webp(VipsImage *in, const char *path, int quality, int effort) {
  return vips_webpsave(in, path, "Q", quality, "effort", effort, "strip", TRUE, NULL);
}

static inline int cvips_save_jpeg(VipsImage *in, const char *path, int quality) {
  return vips_jpegsave(in, path, "Q", quality, "optimize_coding", TRUE, "interlace", TRUE, "strip",
                       TRUE, NULL);
}

static inline int cvips_save_png(VipsImage *in, const char *path) {
  return vips_pngsave(in, path, "compression", 6, "strip", TRUE, NULL);
}

static inline int cvips_save_gif(VipsImage *in, const char *path) {
  return vips_gifsave(in, path, "strip", TRUE, NULL);
}

#endif
