using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

/// <summary>Images, and how those to train on are varied.</summary>
internal abstract class ImageSource(string word, string summary, params Parameter[] parameters)
    : DataSource(word, summary, [.. parameters, Flip, Crop])
{
    private static readonly FlagParameter Flip = new("flip", "mirrors each image to train on left to right with probability one half")
    {
        Default = false,
        RuntimeName = "horizontal-flip",
    };

    private static readonly IntegerParameter Crop = new(
        "crop",
        "pixels of black that each side gains before a piece of the image's own size is cut out at a random place"
    )
    {
        Default = 0,
        Minimum = 0,
        RuntimeName = "crop-padding",
    };

    public sealed override string Data => "image";
}
