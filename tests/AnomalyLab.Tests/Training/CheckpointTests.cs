using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;

namespace AnomalyLab.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_and_the_model_left_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new Autoencoder(3);
        using var other = new ConvBlock(3, 16);
        var path = folder.File("other.safetensors");
        SafeTensors.Save(path, other.state_dict());
        var before = model.state_dict().Values.Select(t => t.clone()).ToArray();

        var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, model));

        Assert.Contains($"{path} is a checkpoint of another model", error.Message);
        Assert.All(model.state_dict().Values.Zip(before), t => Assert.True(t.First.Equals(t.Second)));
    }

    [Fact]
    public void A_checkpoint_with_one_weight_of_another_shape_is_refused_and_the_weight_named()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new Autoencoder();
        var weights = model.state_dict();
        weights["output.weight"] = torch.zeros(3, 8, 1, 1);
        var path = folder.File("other.safetensors");
        SafeTensors.Save(path, weights, new Dictionary<string, string> { ["options"] = "{}", ["history"] = "[]", ["data"] = "" });

        Assert.Contains("output.weight does not fit", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, model)).Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_and_training_ends_with_the_sentence()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new Autoencoder();
        // A file where a folder should be refuses writing even to root, as a read-only folder does to everybody else.
        var file = folder.File("taken");
        File.WriteAllText(file, "");
        var path = Path.Combine(file, "best.safetensors");

        var images = torch.rand(2, 3, 32, 32);
        var error = Assert.Throws<IOException>(() => new Trainer(new TrainingOptions { Epochs = 1 }).Train(model, images, images, path));
        Assert.Contains($"{Path.ChangeExtension(path, ".resume")} could not be written", error.Message);
    }
}
