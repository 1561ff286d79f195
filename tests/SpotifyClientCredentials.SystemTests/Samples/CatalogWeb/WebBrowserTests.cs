using Microsoft.Playwright;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What one sees in a browser.</summary>
[Collection(nameof(Browser))]
public sealed class WebBrowserTests(Browser browser)
{
    [BrowserFact]
    public async Task Search_ForWords_ShowsResultsWithCovers()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.Page.GetByLabel("Words in the name").FillAsync("tide");
        await page.Page.Keyboard.PressAsync("Enter");

        await page.Expect("#outcome").ToHaveTextAsync("2 tracks for “tide”");
        await page.Expect(".title").ToHaveTextAsync(["Harbour of Small Clocks", "A Lantern for the Night Ferry"]);
        await page.Expect(".tracks").ToHaveTextAsync(["Never Late for the Tide3:33", "A Tide without a Table3:39"]);
        await page.Page.WaitForFunctionAsync(
            "() => { const covers = [...document.querySelectorAll('.cover')]; return covers.length === 2 && covers.every(c => c.complete && c.naturalWidth > 0); }");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Search_BeforeTheFirstCall_SaysThatItIsFakeSpotify()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:40");
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.Expect("#fake-notice").ToContainTextAsync("This is FakeSpotify.");
        await page.Expect("#fake-notice").ToContainTextAsync("Its tokens are valid for 40 s");
    }

    [BrowserFact]
    public async Task Revoke_BeforeTheNextCall_IsRetriedByIt()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web, View.Dark);
        await page.StopCallingAsync();

        await page.ClickAsync("Revoke the token");
        await page.Expect("#life").ToHaveTextAsync("Revoked");
        await page.Expect("#announcement").ToHaveTextAsync("The token is revoked. The next call gets a new one.");
        await page.ClickAsync("lantern");

        await page.Expect("#outcome").ToHaveTextAsync("4 tracks for “lantern”");
        await page.Expect("#number").ToHaveTextAsync("No. 2");
        await page.Expect("#life").ToContainTextAsync("Valid for");
        await page.Expect("#last-error").ToHaveTextAsync("The Web API returned 401 (Unauthorized).");
        Assert.Equal((2, 0), (await page.ReadNumberAsync("#token-requests"), await page.ReadNumberAsync("#failed-calls")));
        await page.TakeScreenshotAsync("revoked");
    }

    [BrowserFact]
    public async Task Revoke_WhileCallsRun_FailsNone()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.ClickAsync("Revoke the token");

        await page.Expect("#number").ToHaveTextAsync("No. 2");
        int healedAfter = await page.ReadNumberAsync("#api-calls");
        await page.Page.WaitForFunctionAsync("before => Number(document.getElementById('api-calls').textContent) >= before + 3", healedAfter);
        Assert.Equal(0, await page.ReadNumberAsync("#failed-calls"));
    }

    [BrowserFact]
    public async Task RateLimit_WhileCallsRun_HoldsThemBackAndFailsNone()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.ClickAsync("Use up the rate limit");
        await page.Expect("#announcement").ToHaveTextAsync("The rate limit is used up for 4 seconds. Calls wait until it is over.");
        await page.Page.WaitForFunctionAsync("() => Number(document.getElementById('held-back').textContent) >= 2");
        int callsWhileLimited = await page.ReadNumberAsync("#api-calls");
        await page.Page.WaitForFunctionAsync("before => Number(document.getElementById('api-calls').textContent) >= before + 3", callsWhileLimited);

        Assert.Equal(0, await page.ReadNumberAsync("#failed-calls"));
        await page.Expect("#last-error").ToHaveTextAsync("The Web API returned 429 (Too Many Requests).");
        await page.TakeScreenshotAsync("rate-limit");
    }

    // Tokens live 28 s, so the endpoint is seen to fail after 21, when the first renewal is due, and the token is used for 5 more.
    [BrowserFact]
    public async Task Outage_WithinTheTokensLife_FailsNoCall()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:28");
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.ClickAsync("Take the token endpoint down");
        await page.Expect("#detail").ToHaveTextAsync("The token endpoint is down. Calls continue with the current token.");
        int callsBefore = await page.ReadNumberAsync("#api-calls");
        // Read in the page, as soon as it is seen there: however slow the test is, the token is then still in use.
        IJSHandle seen = await page.Page.WaitForFunctionAsync("""
            () => document.getElementById('last-error').textContent.startsWith('The token endpoint returned 503')
              && ['api-calls', 'failed-calls'].map(id => Number(document.getElementById(id).textContent))
            """);
        await page.TakeScreenshotAsync("outage");
        int[] callsAndFailures = await seen.JsonValueAsync<int[]>();

        Assert.Equal(0, callsAndFailures[1]);
        Assert.True(callsAndFailures[0] - callsBefore >= 20, $"Only {callsAndFailures[0] - callsBefore} calls ran during the outage.");

        await page.ClickAsync("Bring the token endpoint up");
        await page.Expect("#number").ToHaveTextAsync("No. 2");
    }

    [BrowserFact]
    public async Task Outage_BeyondTheTokensLife_IsToldAndRecoversByItself()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:06");
        await using CatalogPage page = await browser.OpenAsync(web);

        await page.ClickAsync("Take the token endpoint down");
        await page.Expect("#life").ToHaveTextAsync("No token");
        await page.Expect("#detail").ToHaveTextAsync("The token endpoint is down, so no token is available.");
        await page.ClickAsync("Search");
        await page.Expect("#outcome").ToContainTextAsync("No access token is available at the moment. Try again in ");

        await page.ClickAsync("Bring the token endpoint up");
        await page.Expect("#outcome").ToHaveTextAsync("10 tracks for “the”");
        await page.Expect("#life").ToContainTextAsync("Valid for");
    }

    [BrowserFact]
    public async Task Gauge_WhileCallsRun_RunsDownToTheWindowAndRefills()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:08");
        await using CatalogPage page = await browser.OpenAsync(web);
        const string Value = "Number(document.getElementById('gauge').getAttribute('aria-valuenow'))";

        await page.Page.WaitForFunctionAsync($"() => {Value} < 35");
        string? before = await page.Page.Locator("#number").TextContentAsync();
        await page.Page.WaitForFunctionAsync($"() => {Value} > 70");

        await page.Expect("#number").Not.ToHaveTextAsync(before!);
        Assert.Equal(0, await page.ReadNumberAsync("#failed-calls"));
    }

    [BrowserFact]
    public async Task LiveRegions_WhileCallsRunAndTheTokenIsRenewed_StaySilent()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:04");
        await using CatalogPage page = await browser.OpenAsync(web);
        await page.Page.EvaluateAsync("""
            () => {
              window.spoken = [];
              const listener = new MutationObserver(changes => window.spoken.push(...changes.map(change => change.target.textContent)));
              document.querySelectorAll('[role=status], [role=alert], [aria-live]')
                .forEach(region => listener.observe(region, { childList: true, characterData: true, subtree: true }));
            }
            """);
        string? before = await page.Page.Locator("#number").TextContentAsync();

        await page.Expect("#number").Not.ToHaveTextAsync(before!);
        Assert.Empty(await page.Page.EvaluateAsync<string[]>("() => window.spoken"));

        await page.ClickAsync("tide");
        await page.Expect("#outcome").ToHaveTextAsync("2 tracks for “tide”");
        Assert.Equal(["2 tracks for “tide”"], await page.Page.EvaluateAsync<string[]>("() => window.spoken"));
    }

    [BrowserFact]
    public async Task Keyboard_Alone_ReachesEverything()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web);
        List<string> reached = [];

        await page.Page.Locator("body").FocusAsync();
        do
        {
            await page.Page.Keyboard.PressAsync("Tab");
            reached.Add(await page.Page.EvaluateAsync<string>("() => document.activeElement.id || document.activeElement.textContent"));
            bool isVisible = await page.Page.EvaluateAsync<bool>("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'");
            Assert.True(isVisible, $"Focus cannot be seen on {reached[^1]}.");
        }
        while (reached[^1] != "revoke");

        await page.Page.Keyboard.PressAsync("Space");
        await page.Expect("#announcement").ToHaveTextAsync("The token is revoked. The next call gets a new one.");
        Assert.Equal(["words", "Search", "lantern", "tide", "kettle", "weather", "keep-calling", "revoke"], reached);
    }

    [BrowserFact]
    public async Task Gauge_WhereMotionIsUnwanted_DoesNotGlide()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using CatalogPage page = await browser.OpenAsync(web, View.Calm);

        await Assertions.Expect(page.Page.Locator(".left")).ToHaveCSSAsync("transition-property", "none");
    }
}
