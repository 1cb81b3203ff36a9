namespace AnomalyLab.Course.Synthetic;

/// <summary>What a picture shows and which part of the category it belongs to.</summary>
internal enum Kind
{
    /// <summary>A good bottle for training.</summary>
    TrainGood,

    /// <summary>A good bottle for the test.</summary>
    TestGood,

    /// <summary>A large piece has broken out of the mouth.</summary>
    BrokenLarge,

    /// <summary>A small piece has broken out of the mouth.</summary>
    BrokenSmall,

    /// <summary>Something is in the bottle that does not belong there.</summary>
    Contamination,
}
