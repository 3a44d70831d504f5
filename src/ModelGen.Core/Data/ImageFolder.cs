namespace ModelGen.Data;

/// <summary>Reads a folder of PNG and JPEG images and brings them to one size.</summary>
public static class ImageFolder
{
    /// <summary>
    /// Reads the images in a folder. Each sub-folder, in ordinal order, is a class of that name, with its images at any depth; without
    /// sub-folders, the folder's own images have no labels. The format is detected from the content, not the name. Links are followed, but
    /// no folder is read twice. What systems leave behind is skipped: names that begin with a dot, <c>Thumbs.db</c>, <c>desktop.ini</c>,
    /// <c>__MACOSX</c>.
    /// </summary>
    /// <remarks>
    /// An image is rotated upright according to its EXIF orientation, composited on white where it is transparent, scaled (bicubic,
    /// Catmull-Rom) until its shorter side fits the requested height and width, and centre-cropped; grey is 0.299 red + 0.587 green + 0.114
    /// blue (ITU-R BT.601). Whatever cannot be used is left out and reported in <see cref="ImageCollection.Problems"/>: files that are
    /// damaged, truncated, in another format or no images, classes without any usable image, links that lead back.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="channels">1 for greyscale, 3 for RGB.</param>
    /// <param name="height">Rows of each image, at least 1.</param>
    /// <param name="width">Columns of each image, at least 1.</param>
    /// <param name="progress">Receives the share of the files that has been read, from 0 to 1; from one thread at a time.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The images in ordinal order of their paths.</returns>
    /// <exception cref="ModelGenException">The folder does not exist or cannot be listed, holds no usable image, has images both of its own
    /// and in sub-folders, or all images together exceed 2 GB.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ImageCollection Read(
        string folder,
        int channels,
        int height,
        int width,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Images have 1 channel (grey) or 3 (red, green, blue).");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);

        var (classes, files, others) = List(folder);
        var size = (long)channels * height * width;
        if (size * files.Count > Array.MaxLength)
        {
            throw new ModelGenException(
                $"The {files.Count} files in '{folder}', as images of {channels} × {height} × {width}, take "
                    + $"{size * files.Count} bytes, more than the {Array.MaxLength} that fit; use fewer or smaller images."
            );
        }

        var pixels = new byte[size * files.Count];
        var reasons = new string?[files.Count];
        var done = 0;
        var turn = new Lock();
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            reasons[index] = ImageFile.Read(files[index].Path, channels, height, width, pixels.AsSpan((int)(index * size), (int)size));
            lock (turn)
            {
                progress?.Report((double)++done / files.Count);
            }
        });
        return Usable(folder, classes, files, pixels, reasons, others, (channels, height, width));
    }

    private static ImageCollection Usable(
        string folder,
        IReadOnlyList<string> classes,
        IReadOnlyList<(string Path, int Label)> files,
        byte[] pixels,
        string?[] reasons,
        IReadOnlyList<FileProblem> others,
        (int Channels, int Height, int Width) shape
    )
    {
        var size = pixels.Length / files.Count;
        var labels = new List<int>();
        var used = new List<string>();
        var problems = new List<FileProblem>();
        for (var index = 0; index < files.Count; index++)
        {
            if (reasons[index] is { } reason)
            {
                problems.Add(new FileProblem(files[index].Path, reason));
                continue;
            }

            pixels.AsSpan(index * size, size).CopyTo(pixels.AsSpan(labels.Count * size));
            labels.Add(files[index].Label);
            used.Add(files[index].Path);
        }

        if (labels.Count == 0)
        {
            var more = problems.Count > 1 ? $", and {problems.Count - 1} more" : "";
            throw new ModelGenException(
                $"The folder '{folder}' holds no usable image: '{problems[0].File}' {problems[0].Reason}{more}; "
                    + "put PNG or JPEG files into it."
            );
        }

        foreach (var (name, label) in classes.Select(static (name, label) => (name, label)).Where(each => !labels.Contains(each.label)))
        {
            problems.Add(new FileProblem(Path.Combine(folder, name), "holds no usable image"));
        }

        if (labels.Count < files.Count)
        {
            Array.Resize(ref pixels, labels.Count * size);
        }

        return new ImageCollection(
            pixels,
            shape.Channels,
            shape.Height,
            shape.Width,
            classes.Count > 0 ? [.. labels] : null,
            classes,
            [.. problems.Concat(others).OrderBy(static problem => problem.File, StringComparer.Ordinal)]
        )
        {
            Files = used,
        };
    }

    private static (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Files, IReadOnlyList<FileProblem> Others) List(
        string folder
    )
    {
        FolderListing.Require(folder, "a folder of PNG and JPEG images, or of one sub-folder per class");
        try
        {
            var listing = FolderListing.Of(folder);
            var classes = listing.SubFolders;
            var loose = listing.Files.Where(path => !listing.Relative(path).Contains('/')).ToArray();
            if (classes.Count == 0)
            {
                return loose.Length > 0
                    ? (classes, [.. loose.Select(static path => (path, 0))], listing.Problems)
                    : throw new ModelGenException($"The folder '{folder}' holds no images; put PNG or JPEG files into it.");
            }

            if (Array.Find(loose, static path => ImageFile.FormatOf(path) is not null) is { } image)
            {
                throw new ModelGenException(
                    $"The folder '{folder}' holds both images ('{Path.GetFileName(image)}') and sub-folders ('{classes[0]}'); "
                        + "put every image into the sub-folder of its class, or all into the folder itself."
                );
            }

            var labels = classes.Select(static (name, label) => (name, label)).ToDictionary(StringComparer.Ordinal);
            var files = listing.Files.Except(loose).Select(path => (path, labels[listing.Relative(path).Split('/')[0]])).ToArray();
            return files.Length > 0
                ? (
                    classes,
                    files,
                    [.. listing.Problems, .. loose.Select(static path => new FileProblem(path, "is not an image, and belongs to no class"))]
                )
                : throw new ModelGenException($"The folder '{folder}' holds no images; put PNG or JPEG files into it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot list the folder '{folder}': {exception.Message}", exception);
        }
    }
}
