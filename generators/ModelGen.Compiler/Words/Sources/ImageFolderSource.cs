using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class ImageFolderSource()
    : ImageSource("image-folder", "PNG and JPEG images, scaled and cropped to the model's size", Folder, Test)
{
    private static readonly TextParameter Folder = new("folder", "the folder; each sub-folder, if it has any, is a class")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Test = new("test", "the folder of the validation images")
    {
        Absent = "some of the training images are held out",
    };

    public override string Example => "image-folder: { folder: images, test: test-images, flip: true, crop: 2 }";

    public override string Record => "ImageFolderSource";

    public override string? Misfit(Arguments arguments, DataShape data) =>
        data.Shape.Axes[0].Equals(1) || data.Shape.Axes[0].Equals(3)
            ? null
            : "its images have one channel (grey) or three (red, green, blue)";
}
