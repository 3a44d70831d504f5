using Microsoft.Build.Framework;

namespace ModelGen.Build.Files;

/// <summary>Describes files of weights and tokenizers for the compiler, which must not read them itself.</summary>
public sealed class DescribeFiles : ITask
{
    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The files, each with the path that specs name it by as <c>Link</c>, and that of its description as <c>Facts</c>.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <inheritdoc/>
    /// <returns>Always true: the compiler tells of a damaged file, if a spec names it.</returns>
    public bool Execute()
    {
        foreach (var file in Files)
        {
            var (path, name, facts) = (
                file.GetMetadata("FullPath"),
                file.GetMetadata("Link").Replace('\\', '/'),
                file.GetMetadata("Facts")
            );
            Write(facts, FileReader.Describe(path, name));
            BuildEngine.LogMessageEvent(
                new BuildMessageEventArgs($"{path} is described in {facts}", "", nameof(DescribeFiles), MessageImportance.Low)
            );
        }

        return true;
    }

    // Whole or not at all, so that a build that is stopped leaves nothing that looks up to date.
    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
