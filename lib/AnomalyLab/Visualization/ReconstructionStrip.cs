using AnomalyLab.Display;
using AnomalyLab.Models;
using AnomalyLab.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Visualization;

/// <summary>
/// Watches a training: keeps how the model reconstructs one image after some of the epochs. The pictures lie beside the
/// checkpoint, so they are all there when a training was stopped and resumed.
/// </summary>
/// <param name="model">What is trained.</param>
/// <param name="image">[1, 3, H, W] in 0..1; best one that is not trained on. It stays the caller's.</param>
/// <param name="epochs">The epochs after which to look.</param>
/// <param name="checkpoint">The training's checkpoint.</param>
/// <param name="progress">Is told what this one is told.</param>
public sealed class ReconstructionStrip(
    Module<Tensor, Tensor> model, Tensor image, IEnumerable<int> epochs, string checkpoint, IProgress<TrainingProgress>? progress = null) : IProgress<TrainingProgress>
{
    private readonly SortedSet<int> epochs = [.. epochs];
    private int lastEpoch;

    /// <summary>Shows the image, and its reconstruction after each epoch asked for that the training has reached.</summary>
    /// <param name="note">Said below, such as where the picture comes from.</param>
    public PictureGrid Show(string? note = null)
    {
        using var scope = NewDisposeScope();
        (Picture, string)[] pictures =
        [
            (Picture.From(image[0]), Texts.Of("input")),
            .. epochs.Where(epoch => epoch <= lastEpoch && File.Exists(PathOf(epoch))).Select(epoch => (Picture.Load(PathOf(epoch)), Texts.Format($"after epoch {epoch}"))),
        ];
        return new(Texts.Of("one bottle, again and again"), pictures) { Columns = pictures.Length, PictureWidth = 128, Note = note };
    }

    /// <summary>Takes a report from the trainer, on the thread that trains.</summary>
    public void Report(TrainingProgress value)
    {
        progress?.Report(value);
        lastEpoch = value.History.Count;
        if (value.End is not null || value.Step < value.Steps || value.History.Count < value.Epoch || !epochs.Contains(value.Epoch))
            return;
        using var scope = NewDisposeScope();
        Picture.From(model.Reconstruct(image)[0]).Save(PathOf(value.Epoch));
    }

    private string PathOf(int epoch) => Path.ChangeExtension(checkpoint, $".epoch{epoch}.png");
}
