namespace ModelGen.Package.Tests;

/// <summary>A test that compiles ahead of time, which ends with the system's own linker.</summary>
internal sealed class NativeLinkerFactAttribute : FactAttribute
{
    public NativeLinkerFactAttribute()
    {
        Skip = OperatingSystem.IsLinux() && Linker is null ? "Native AOT needs clang or gcc to link, and neither is installed." : null;
    }

    /// <summary>What publishing is told: the compiler that links, where it is not the usual one.</summary>
    public static IEnumerable<string> Options => Linker is "gcc" ? ["-p:CppCompilerAndLinker=gcc"] : [];

    private static string? Linker { get; } =
        new[] { "clang", "gcc" }.FirstOrDefault(static name =>
            (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, name)))
        );
}
