package dev.maxent.backend;

/**
 * How much crossed between host and device since a backend was opened. Subtract two readings to
 * prove that a training step moved nothing.
 *
 * @param uploads number of uploads
 * @param uploadedBytes bytes that went to the device
 * @param downloads number of downloads
 * @param downloadedBytes bytes that came back
 */
public record Transfers(long uploads, long uploadedBytes, long downloads, long downloadedBytes) {

  /**
   * What crossed since an earlier reading.
   *
   * @param earlier the earlier reading of the same backend
   * @return the difference, field by field
   */
  public Transfers since(Transfers earlier) {
    return new Transfers(
        uploads - earlier.uploads,
        uploadedBytes - earlier.uploadedBytes,
        downloads - earlier.downloads,
        downloadedBytes - earlier.downloadedBytes);
  }
}
