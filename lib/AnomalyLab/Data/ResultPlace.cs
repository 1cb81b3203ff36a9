using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>Checks that a result can be written before the work begins, so that hours of work are not lost at the end.</summary>
public static class ResultPlace
{
    /// <summary>Makes sure that a file can be written; creates its folder if missing.</summary>
    /// <param name="path">The file; one that is there already will be replaced.</param>
    /// <exception cref="IOException">The path is a folder's, or nothing can be written there; the message says what to do.</exception>
    public static void CheckFile(string path)
    {
        if (Directory.Exists(path))
            throw new IOException(Texts.Format($"{path} is a folder: name a file in it."));
        Try(path, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes sure that files can be written into a folder; creates it if missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pictures">A folder of pictures that it must not lie in, because results there would be taken for pictures next time.</param>
    /// <exception cref="IOException">The path is a file's or lies in the other, or nothing can be written there; the message says what to do.</exception>
    public static void CheckFolder(string folder, string pictures)
    {
        if (File.Exists(folder))
            throw new IOException(Texts.Format($"{folder} is a file: choose a folder."));
        if (PictureFolder.IsInside(folder, pictures))
            throw new IOException(Texts.Format($"{folder} lies in {pictures}, where its pictures would be taken for pictures to judge the next time: choose a folder outside."));
        Try(folder, folder);
    }

    private static void Try(string wanted, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(Path.Combine(folder, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(Texts.Format($"{wanted} cannot be written ({e.Message.TrimEnd('.')}): choose a place where you may write."), e);
        }
    }
}
