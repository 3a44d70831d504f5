using System.Globalization;
using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Examples.Images;

/// <summary>The images to learn from.</summary>
internal static class ImageData
{
    private const int TrainingDigits = 10_000,
        TestDigits = 2_000;

    /// <summary>Reads a folder, or draws digits if none is given, and reports what there is.</summary>
    /// <returns>The training images, and the test images if the data include any.</returns>
    public static (ImageCollection Training, ImageCollection? Test) Read(string? folder, CancellationToken stop)
    {
        if (folder is null)
        {
            return Told("drew", (DrawnDigits.Create(TrainingDigits, seed: 1), DrawnDigits.Create(TestDigits, seed: 2)));
        }

        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*idx?-ubyte*").Any())
        {
            return Told("read", IdxFiles.Read(folder));
        }

        return Told(
            "read",
            (ImageFolder.Read(folder, channels: 1, height: 28, width: 28, new ProgressLine($"reading {folder}"), stop), null)
        );
    }

    private static (ImageCollection Training, ImageCollection? Test) Told(
        string how,
        (ImageCollection Training, ImageCollection? Test) data
    )
    {
        Tell($"{how} {data.Training.Count:N0} images{Classes(data.Training)}");
        if (data.Test is { } test)
        {
            Tell($"{how} {test.Count:N0} test images{Classes(test)}");
        }

        return data;
    }

    private static string Classes(ImageCollection images)
    {
        var counts = images.ClassCounts.Select((count, label) => $"{Name(label)} {count.ToString("N0", CultureInfo.InvariantCulture)}×");
        return images.ClassCounts.Count == 0 ? " without classes" : $" of {images.ClassCounts.Count} classes: {string.Join(", ", counts)}";

        string Name(int label) => images.Classes.Count > 0 ? images.Classes[label] : label.ToString(CultureInfo.InvariantCulture);
    }

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
