using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Tests.Schema;

public sealed partial class PagesTests
{
    private const string Update = "MODELGEN_UPDATE_DOCS";

    /// <summary>With MODELGEN_UPDATE_DOCS=1 the pages are written instead of compared.</summary>
    [Fact]
    public void AreCurrent()
    {
        foreach (var (path, text) in Pages.All)
        {
            var file = Path.Combine(Repository.Root, path);
            if (Environment.GetEnvironmentVariable(Update) == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            Assert.True(
                File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == text,
                $"{path} is not current; run the tests once with {Update}=1."
            );
        }

        var folder = Path.Combine(Repository.Root, "docs", "diagnostics");
        Assert.Empty(Directory.GetFiles(folder).Select(file => $"docs/diagnostics/{Path.GetFileName(file)}").Except(Pages.All.Keys));
    }

    [Fact]
    public void TableRowsHaveTheColumnsOfTheirHead()
    {
        foreach (var (path, text) in Pages.All.Where(page => page.Key.EndsWith(".md", StringComparison.Ordinal)))
        {
            var columns = 0;
            foreach (var line in text.Split('\n'))
            {
                var bars = Bar().Count(line);
                columns =
                    !line.StartsWith('|') ? 0
                    : columns == 0 ? bars
                    : columns;
                Assert.True(columns == 0 || bars == columns, $"{path}: {line}");
            }
        }
    }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
