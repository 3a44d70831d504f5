using System.Globalization;
using Microsoft.Build.Framework;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Build;

/// <summary>Copies a shared library, making one of its symbol version needs weak; the source is only read.</summary>
/// <remarks>
/// The task looks only at the file, never at the machine: the same inputs give the same output everywhere, so what is built on a new system
/// also runs on an older one. Where the version exists, a weak need behaves exactly like a strong one.
/// </remarks>
public sealed class WeakenSymbolVersion : ITask
{
    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The library to read.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>The file to write; an existing file is replaced, and a link is not written through.</summary>
    [Required]
    public string Destination { get; set; } = "";

    /// <summary>The shared library that the version belongs to, such as <c>libstdc++.so.6</c>.</summary>
    [Required]
    public string Library { get; set; } = "";

    /// <summary>The version to make weak, such as <c>GLIBCXX_3.4.32</c>. A file that does not need it is copied as it is.</summary>
    [Required]
    public string SymbolVersion { get; set; } = "";

    /// <inheritdoc/>
    public bool Execute()
    {
        try
        {
            var bytes = File.ReadAllBytes(Source);
            var changed = new ElfImage(bytes).Weaken(Library, SymbolVersion);
            Write(bytes);
            var action = changed ? "made weak in" : "not needed or already weak in";
            BuildEngine.LogMessageEvent(
                new BuildMessageEventArgs(
                    $"{SymbolVersion} of {Library}: {action} {Destination}",
                    "",
                    nameof(WeakenSymbolVersion),
                    MessageImportance.Low
                )
            );
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            var what =
                error is InvalidDataException
                    ? $"cannot be made loadable on older systems: {error.Message}; delete the package's folder and restore it again"
                    : $"could not be copied to '{Destination}': {error.Message}";
            BuildEngine.LogErrorEvent(
                new BuildErrorEventArgs(
                    "",
                    Rules.Library.Id,
                    BuildEngine.ProjectFileOfTaskNode,
                    0,
                    0,
                    0,
                    0,
                    string.Format(CultureInfo.InvariantCulture, Rules.Library.Message, Source, what),
                    "",
                    nameof(WeakenSymbolVersion)
                )
            );
            return false;
        }
    }

    private void Write(byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination))!);
        var temporary = Destination + ".new";
        File.WriteAllBytes(temporary, bytes);
        File.Delete(Destination);
        File.Move(temporary, Destination);
    }
}
