using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

/// <summary>Images, and the augmentation of those to train on.</summary>
internal abstract class ImageSource(string word, string summary, params Parameter[] parameters)
    : DataSource(word, summary, [.. parameters, Flip, Crop])
{
    private static readonly FlagParameter Flip = new("flip", "flips each training image left to right with probability one half")
    {
        Default = false,
        RuntimeName = "horizontal-flip",
    };

    private static readonly IntegerParameter Crop = new(
        "crop",
        "pixels of black padding on each side, before a random crop of the image's own size"
    )
    {
        Default = 0,
        Minimum = 0,
        RuntimeName = "crop-padding",
    };

    public sealed override string Data => "image";
}
