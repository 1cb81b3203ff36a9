using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>Writes files whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a new file beside <paramref name="path"/> and renames it when it is complete.</summary>
    /// <param name="path">The file to make or replace; its folder exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written; what was there before is still there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $"{FileName.Shortened(Path.GetFileName(path))}.{Guid.NewGuid():N}.partial");
        try
        {
            using (var file = File.Create(partial))
                write(file);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (File.Exists(partial))
                File.Delete(partial);
            if (e is IOException or UnauthorizedAccessException)
                throw new IOException(Texts.Format($"{path} could not be written ({e.Message.TrimEnd('.')}). Free some space there, or choose a folder you may write to."), e);
            throw;
        }
    }

    /// <summary>Deletes the partial files that killed processes left beside a file; one that is being written is locked, and stays.</summary>
    /// <param name="path">The file.</param>
    public static void ClearLeftovers(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var partial in Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Path.GetFileName(path)}.*.partial") : [])
        {
            try
            {
                using (File.Open(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    File.Delete(partial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody is writing it.
            }
        }
    }
}
