using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Cli.Data;

/// <summary>What a path leads to, by its content.</summary>
/// <param name="Path">The path.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Sources">The words of the data sources that may read it, the most particular first.</param>
internal sealed record RecognisedData(string Path, string What, IReadOnlyList<string> Sources)
{
    // Enough to tell a folder of pictures from one of texts.
    private const int MostLookedAt = 100;

    private const int LookedAt = 4096;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="ModelGenException">There is nothing, it cannot be read, or it is nothing that a model learns from.</exception>
    public static RecognisedData Of(string path)
    {
        try
        {
            return Directory.Exists(path) ? OfFolder(path)
                : File.Exists(path) ? OfFile(path)
                : throw new ModelGenException($"There is no file and no folder '{path}' to learn from.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read '{path}': {exception.Message}", exception);
        }
    }

    private static RecognisedData OfFolder(string path)
    {
        var listing = FolderListing.Of(path);
        if (listing.Files.Any(static file => System.IO.Path.GetFileName(file).Contains("-ubyte", StringComparison.Ordinal)))
        {
            return new(path, "images in IDX files", ["idx"]);
        }

        if (File.Exists(System.IO.Path.Combine(path, "samples.npy")))
        {
            return new(path, "NumPy arrays", ["npy"]);
        }

        var kinds = listing.Files.Take(MostLookedAt).Select(Kind).ToList();
        var (images, texts) = (kinds.Count(static kind => kind == Content.Image), kinds.Count(static kind => kind == Content.Text));
        var classes = listing.SubFolders.Count > 0 ? $" in {listing.SubFolders.Count} sub-folders" : "";
        return (images, texts) switch
        {
            (0, 0) => throw new ModelGenException(
                $"The folder '{path}' has {(listing.Files.Count == 0 ? "no files" : "neither images nor texts")}; a folder to learn "
                    + "from has texts, PNG or JPEG images, IDX files, or samples.npy."
            ),
            _ when images >= texts => new(path, $"images{classes}", ["image-folder"]),
            _ => new(path, $"texts{classes}", [.. listing.SubFolders.Count > 0 ? new[] { "text-folder" } : [], "text", "denoising"]),
        };
    }

    private static RecognisedData OfFile(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return new(path, "tensors", ["safetensors"]);
        }

        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelGenException($"'{path}' is one array; name its folder, which has the samples as samples.npy.");
        }

        return Kind(path) switch
        {
            Content.Image => throw new ModelGenException($"'{path}' is a single image; name a folder of images."),
            Content.Other => throw new ModelGenException(
                $"'{path}' is neither text nor a file of tensors; a file to learn from is UTF-8 text, JSON lines, CSV or .safetensors."
            ),
            _ when FirstKeys(path) is { } keys => new(
                path,
                "JSON lines",
                [
                    .. keys.Contains("steps") ? new[] { "steps", "ratings", "preferences" }
                    : keys.Contains("rejected") || keys.Contains(PreferenceFile.Tie) ? ["preferences", "ratings", "steps"]
                    : ["ratings", "preferences", "steps"],
                    .. new[] { "answers", "prompts", "text-pairs", "json-lines", "text", "denoising" },
                ]
            ),
            _ when path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) => new(
                path,
                "comma-separated values",
                ["csv", "text", "denoising"]
            ),
            _ => new(path, "text", ["text", "denoising"]),
        };
    }

    private static Content Kind(string file)
    {
        var start = Start(file);
        return ImageSignature.FormatOf(start) is not null ? Content.Image
            : start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || IsUtf8(start) ? Content.Text
            : Content.Other;
    }

    private static byte[] Start(string file)
    {
        using var stream = RegularFile.Open(file);
        var start = new byte[Math.Min(LookedAt, stream.Length)];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    // The last character may be cut.
    private static bool IsUtf8(ReadOnlySpan<byte> start)
    {
        if (start.Contains((byte)0))
        {
            return false;
        }

        for (var cut = 0; cut < 4 && cut <= start.Length; cut++)
        {
            if (Utf8.IsValid(start[..^cut]))
            {
                return true;
            }
        }

        return false;
    }

    // The keys of the object in the first line; null if there is none.
    private static IReadOnlyList<string>? FirstKeys(string file)
    {
        var first = File.ReadLines(file).FirstOrDefault(static line => !string.IsNullOrWhiteSpace(line)) ?? "";
        if (!first.TrimStart().StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(first);
            return [.. document.RootElement.EnumerateObject().Select(static key => key.Name)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private enum Content
    {
        Other,
        Text,
        Image,
    }
}
