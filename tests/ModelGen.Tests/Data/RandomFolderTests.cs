using System.Text;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

/// <summary>
/// Folders with a random mixture of good files, bad ones, what systems leave behind and links: each file is used, skipped, or told once.
/// </summary>
public sealed class RandomFolderTests
{
    private const int Count = 150;

    private static readonly string[] Names = ["a", "B", "c.txt", "d.png", "Ü", "e e", "1", "sub", "deep", "z.jpeg"];

    [Fact]
    public void EachTextIsReadOrTold()
    {
        for (var seed = 0; seed < Count; seed++)
        {
            using var root = new TemporaryFolder();
            var tree = new Tree(new Random(seed), root);
            foreach (var path in tree.Paths("texts"))
            {
                tree.AddText(path);
            }

            var (texts, told) = (tree.Good.OrderBy(static text => text.Key, StringComparer.Ordinal).ToList(), tree.Told);
            if (texts.All(static text => text.Value.Length == 0))
            {
                Assert.Throws<ModelGenException>(() => TextCorpus.Read(root["texts"]));
                continue;
            }

            var corpus = TextCorpus.Read(root["texts"]);

            Assert.Equal(texts.Select(text => root[$"texts/{text.Key}"]), corpus.Files);
            Assert.Equal(
                string.Concat(
                    texts.Select(static text => text.Value.Length == 0 || text.Value.EndsWith('\n') ? text.Value : text.Value + "\n")
                ),
                corpus.ReadToEnd()
            );
            Assert.Equal(
                told.Select(path => root[$"texts/{path}"]).Order(StringComparer.Ordinal),
                corpus.Problems.Select(static problem => problem.File)
            );
        }
    }

    [Fact]
    public void EachImageIsReadOrTold()
    {
        for (var seed = 0; seed < Count; seed++)
        {
            using var root = new TemporaryFolder();
            var tree = new Tree(new Random(seed), root);
            foreach (var path in tree.Paths("images"))
            {
                tree.AddImage(path);
            }

            // Images of the folder itself beside sub-folders are one error, and other files of it belong to no class.
            var folders = new DirectoryInfo(root["images"])
                .GetDirectories()
                .Where(static entry => entry.LinkTarget is null && entry.Name != "__MACOSX")
                .Select(static entry => entry.Name)
                .ToList();
            var images = tree.Good.OrderBy(static image => image.Key, StringComparer.Ordinal).ToList();
            if ((folders.Count > 0 && tree.HasImageAtItsTop) || images.Count == 0)
            {
                Assert.Throws<ModelGenException>(() => ImageFolder.Read(root["images"], 1, 3, 3));
                continue;
            }

            var read = ImageFolder.Read(root["images"], 1, 3, 3);

            Assert.Equal(images.Count, read.Count);
            Assert.Equal(images.SelectMany(static image => Enumerable.Repeat((byte)image.Value[0], 9)), read.Pixels.ToArray());
            Assert.Equal(folders.Order(StringComparer.Ordinal), read.Classes);
            var empty = folders
                .Where(name => !images.Any(image => image.Key.StartsWith(name + "/", StringComparison.Ordinal)))
                .Select(name => root[$"images/{name}"]);
            Assert.Equal(
                tree.Told.Select(path => root[$"images/{path}"]).Concat(empty).Order(StringComparer.Ordinal),
                read.Problems.Select(static problem => problem.File)
            );
        }
    }

    /// <summary>Files written at random, and what is to become of each.</summary>
    private sealed class Tree(Random random, TemporaryFolder root)
    {
        private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

        /// <summary>The content of the good ones, by their paths inside the folder.</summary>
        public Dictionary<string, string> Good { get; } = [];

        /// <summary>The paths of those that are to be told.</summary>
        public List<string> Told { get; } = [];

        public bool HasImageAtItsTop { get; private set; }

        /// <summary>Paths of new files in a folder, at random depths; no file has the path of a folder.</summary>
        public IEnumerable<string> Paths(string folder)
        {
            Directory.CreateDirectory(root[folder]);
            Directory.CreateDirectory(root["elsewhere"]);
            var isFlat = random.Next(3) == 0;
            var count = random.Next(1, 12);
            for (var i = 0; i < count; i++)
            {
                var parts = Enumerable.Range(0, isFlat ? 1 : random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)]);
                var path = string.Join('/', parts);
                var parents = path.Split('/').Select((_, last) => string.Join('/', path.Split('/').Take(last))).Skip(1);
                if (!_taken.Contains(path) && !Directory.Exists(root[$"{folder}/{path}"]) && !parents.Any(_taken.Contains))
                {
                    _taken.Add(path);
                    yield return $"{folder}/{path}";
                }
            }
        }

        public void AddText(string path)
        {
            var inside = path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => Pick("a", "ß", "€", "😀", "\n", " ")));
            switch (random.Next(10))
            {
                case 0:
                    Good.Add(inside, text);
                    root.Write(path, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]);
                    break;
                case 1:
                    Good.Add(inside, text);
                    root.Write(path, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]);
                    break;
                case 2:
                    Good.Add(inside, text);
                    root.Write(path, [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)]);
                    break;
                case 3:
                    Told.Add(inside);
                    root.Write(path, [.. "ab"u8, 0, .. "cd"u8]);
                    break;
                case 4:
                    Told.Add(inside);
                    root.Write(path, [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]);
                    break;
                case 5 or 6:
                    AddOther(path, inside, Encoding.UTF8.GetBytes(text), text);
                    break;
                default:
                    Good.Add(inside, text);
                    root.Write(path, Encoding.UTF8.GetBytes(text));
                    break;
            }
        }

        public void AddImage(string path)
        {
            var inside = path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var isAtTop = !inside.Contains('/', StringComparison.Ordinal);
            var (width, height, shade) = (random.Next(1, 9), random.Next(1, 9), random.Next(256));
            var image = PngBytes.Of(
                (width, height),
                8,
                PngBytes.Grey,
                Enumerable.Range(0, height).Select(_ => Enumerable.Repeat((byte)shade, width).ToArray())
            );
            switch (random.Next(10))
            {
                case 0:
                    Told.Add(inside);
                    root.Write(path, image.AsSpan(0, random.Next(34, image.Length - 20)));
                    HasImageAtItsTop |= isAtTop;
                    break;
                case 1:
                    Told.Add(inside);
                    root.Write(path, "a text"u8);
                    break;
                case 2:
                    Told.Add(inside);
                    root.Write(path, "GIF89a, and more"u8);
                    HasImageAtItsTop |= isAtTop;
                    break;
                case 3:
                    Told.Add(inside);
                    root.Write(path, []);
                    break;
                case 4 or 5:
                    AddOther(path, inside, image, $"{(char)shade}");
                    HasImageAtItsTop |= isAtTop && Good.ContainsKey(inside);
                    break;
                default:
                    Good.Add(inside, $"{(char)shade}");
                    root.Write(path, image);
                    HasImageAtItsTop |= isAtTop;
                    break;
            }
        }

        // What systems leave behind, and links: to a good file elsewhere, to nothing, back to the folder.
        private void AddOther(string path, string inside, byte[] content, string value)
        {
            var folder = Path.GetDirectoryName(root[path])!;
            Directory.CreateDirectory(folder);
            switch (random.Next(OperatingSystem.IsWindows() ? 2 : 5))
            {
                case 0:
                    root.Write(Path.Combine(folder, Pick("Thumbs.db", ".DS_Store", "desktop.ini", ".hidden")), content);
                    break;
                case 1:
                    root.Write(Path.Combine(folder, "__MACOSX/._a.png"), content);
                    break;
                case 2:
                    Good.Add(inside, value);
                    var elsewhere = root.Write($"elsewhere/{_taken.Count}", content);
                    File.CreateSymbolicLink(root[path], elsewhere);
                    break;
                case 3:
                    Told.Add(inside);
                    File.CreateSymbolicLink(root[path], root["nowhere"]);
                    break;
                default:
                    Told.Add(inside);
                    Directory.CreateSymbolicLink(root[path], root[path.Split('/')[0]]);
                    break;
            }
        }

        private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
    }
}
