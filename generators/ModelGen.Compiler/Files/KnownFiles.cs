using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Files;

/// <summary>The files of a project that its build knows something of.</summary>
/// <param name="Folder">The project's folder, which paths in specs are taken to be relative to.</param>
/// <param name="All">What is known of each.</param>
internal sealed record KnownFiles(string Folder, EquatableArray<FileFacts> All)
{
    /// <summary>What is known of a file, by its path in a spec; null where it is not there.</summary>
    public FileFacts? Find(string path) => All.FirstOrDefault(facts => AreSame(facts.Path, path));

    /// <summary>Whether two paths of specs are those of one file.</summary>
    public bool AreSame(string one, string other) => FilePath.Normalise(one, Folder) == FilePath.Normalise(other, Folder);
}
