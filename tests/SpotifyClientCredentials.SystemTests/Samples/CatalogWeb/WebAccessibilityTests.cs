using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What axe-core finds, and what is kept as pictures, in each view.</summary>
[Collection(nameof(Browser))]
public sealed class WebAccessibilityTests(Browser browser)
{
    private static readonly Dictionary<string, View> Views =
        new[] { View.Light, View.Dark, View.Phone, View.DarkPhone }.ToDictionary(view => view.Name);

    public static TheoryData<string> ViewNames => [.. Views.Keys];

    [BrowserTheory]
    [MemberData(nameof(ViewNames))]
    public async Task Page_InEachState_FitsItsWidthAndHasNoViolation(string view)
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:40");
        await using CatalogPage page = await browser.OpenAsync(web, Views[view]);
        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('.strip .succeeded').length >= 8");
        await ExamineAsync(page);
        await page.TakeScreenshotAsync(view);

        await page.ClickAsync("Take the token endpoint down");
        await page.Expect("#endpoint").ToHaveTextAsync("Bring the token endpoint up");
        await page.ClickAsync("Revoke the token");
        await page.Expect("#life").ToHaveTextAsync("No token");
        await page.Expect("#failed-calls").ToHaveClassAsync("failed");
        await page.ClickAsync("Search");
        await page.Expect("#outcome").ToHaveClassAsync("failed");
        await ExamineAsync(page);
        await page.TakeScreenshotAsync($"{view}-no-token");
    }

    private static async Task ExamineAsync(CatalogPage page)
    {
        Assert.Equal(page.Page.ViewportSize!.Width, await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        AxeResult result = await page.Page.RunAxe();

        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        Assert.NotEmpty(result.Passes);
    }
}
