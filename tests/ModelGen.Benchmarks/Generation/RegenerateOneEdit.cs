namespace ModelGen.Benchmarks.Generation;

/// <summary>What a keystroke in the editor costs: the generator runs anew after each.</summary>
internal sealed class RegenerateOneEdit : Benchmark
{
    public override string Name => "regenerate-one-edit";

    public override string Sentence =>
        "one value edited in one of 100 specs, by a driver that has run before, against generating all 100 from nothing; the "
        + "ratio shows what incremental generation saves.";

    public override Comparison Run()
    {
        var project = new SpecProject();
        var driver = project.Run(project.CreateDriver());
        var before = project.Specs[0];
        var edits = 0;
        return Comparison.Time(Edit, () => project.Run(project.CreateDriver()), warmUps: 4, pairs: 21);

        void Edit()
        {
            var after = SpecProject.Spec(0, ++edits);
            driver = project.Run(driver.ReplaceAdditionalText(before, after));
            before = after;
        }
    }
}
