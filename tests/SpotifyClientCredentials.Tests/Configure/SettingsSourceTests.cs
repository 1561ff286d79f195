using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;
using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed partial class SettingsSourceTests
{
    private static readonly Dictionary<string, Action<IServiceCollection, IConfiguration>> Registrations = new()
    {
        ["AddSpotifyClientCredentials()"] = (services, _) => services.AddSpotifyClientCredentials(),
        ["AddSpotifyClientCredentials(section)"] = (services, configuration) => services.AddSpotifyClientCredentials(configuration.GetSection("Music:Spotify")),
        ["AddSpotifyClientCredentials(root)"] = (services, configuration) => services.AddSpotifyClientCredentials(configuration),
        ["AddSpotifyClientCredentials(name)"] = (services, _) => services.AddSpotifyClientCredentials("second"),
        ["AddSpotifyClientCredentials(name, section)"] = (services, configuration) => services.AddSpotifyClientCredentials("second", configuration.GetSection("Second")),
        ["AddSpotifyClientCredentials(configure)"] = (services, _) => services.AddSpotifyClientCredentials(_ => { }),
        ["AddSpotifyClientCredentials(name, configure)"] = (services, _) => services.AddSpotifyClientCredentials("second", _ => { }),
        ["AddSpotifyClientCredentials() and in code"] = (services, _) => services.AddSpotifyClientCredentials().Services.AddSpotifyClientCredentials(_ => { }),
    };

    [Theory]
    [InlineData("AddSpotifyClientCredentials()", "Spotify:ClientId is missing (environment variable Spotify__ClientId)")]
    [InlineData("AddSpotifyClientCredentials(section)", "Music:Spotify:ClientId is missing (environment variable Music__Spotify__ClientId)")]
    [InlineData("AddSpotifyClientCredentials(root)", "ClientId is missing (environment variable ClientId)")]
    [InlineData("AddSpotifyClientCredentials(name)", "Spotify:second:ClientId is missing (environment variable Spotify__second__ClientId)")]
    [InlineData("AddSpotifyClientCredentials(name, section)", "Second:ClientId is missing (environment variable Second__ClientId)")]
    [InlineData("AddSpotifyClientCredentials(configure)", "SpotifyClientCredentialsOptions.ClientId is missing.")]
    [InlineData("AddSpotifyClientCredentials(name, configure)", "SpotifyClientCredentialsOptions.ClientId of the app \"second\" is missing.")]
    [InlineData("AddSpotifyClientCredentials() and in code", "Spotify:ClientId is missing (environment variable Spotify__ClientId)")]
    public async Task HostStart_WithoutCredentials_FailsAndNamesTheSettingToSet(string registration, string start)
    {
        using IHost host = CreateHost([], Registrations[registration]);

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.StartsWith(start, failure.Failures.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Spotify")]
    [InlineData("second", "Spotify:second")]
    public void FirstUse_WithoutAnIConfiguration_SaysThatThereIsNone(string? name, string section)
    {
        using ServiceProvider services = TestContainer.Build(services =>
            _ = name is null ? services.AddSpotifyClientCredentials() : services.AddSpotifyClientCredentials(name));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptionsMonitor<SpotifyClientCredentialsOptions>>().Get(name ?? ""));

        Assert.Equal(
            [Missing("ClientId"), Missing("ClientSecret")],
            failure.Failures);

        string Missing(string property) =>
            $"{section}:{property} is missing (environment variable {section.Replace(":", "__", StringComparison.Ordinal)}__{property}). No IConfiguration "
                + "is registered that could contain it: add one, services.AddSingleton<IConfiguration>(configuration), or set the options in code. "
                + "Set it to the value on the app's page in the Spotify developer dashboard, https://developer.spotify.com/dashboard.";
    }

    [Theory]
    [InlineData("AddSpotifyClientCredentials()")]
    [InlineData("AddSpotifyClientCredentials(section)")]
    [InlineData("AddSpotifyClientCredentials(configure)")]
    public async Task HostStart_WithAnIConfiguration_DoesNotSayThatThereIsNone(string registration)
    {
        using IHost host = CreateHost([], Registrations[registration]);

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.DoesNotContain("IConfiguration", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostStart_WithTheEnvironmentVariablesThatTheMessageNames_Succeeds()
    {
        using IHost failing = CreateHost([], Registrations["AddSpotifyClientCredentials(section)"]);
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => failing.StartAsync());
        string prefix = $"{nameof(SettingsSourceTests)}_";
        foreach (Match variable in VariableName().Matches(failure.Message))
        {
            Environment.SetEnvironmentVariable(prefix + variable.Groups[1].Value, variable.Groups[1].Value);
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddEnvironmentVariables(prefix);
        Registrations["AddSpotifyClientCredentials(section)"](builder.Services, builder.Configuration);
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal("Music__Spotify__ClientId", host.Services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value.ClientId);
    }

    [Theory]
    [InlineData("Spotify:RenewalWindow", "five", "Set it to a time, written as hours:minutes:seconds (\"00:05:00\").")]
    [InlineData("Spotify:tokenrequesttimeout", TestOptions.ClientSecret, "Set it to a time, written as hours:minutes:seconds (\"00:05:00\").")]
    [InlineData("Spotify:TokenEndpoint", "https://user:" + TestOptions.ClientSecret + "@[bad", "Set it to an absolute address that starts with https://.")]
    [InlineData("Spotify:ApiBaseAddress", "https://[bad", "Set it to an absolute address that starts with https://.")]
    [InlineData("Spotify:RequireHttps", "no, " + TestOptions.ClientSecret, "Set it to \"true\" or \"false\".")]
    [InlineData("Spotify:RenewalWindow", "99999999999999999999", "Set it to a time, written as hours:minutes:seconds (\"00:05:00\").")]
    public async Task HostStart_WithAValueThatCannotBeParsed_ReportsItWithTheOtherFailuresAndWithoutTheValue(string key, string value, string remedy)
    {
        using IHost host = CreateHost(
            [new("Spotify:ClientSecret", TestOptions.ClientSecret), new(key, value)],
            Registrations["AddSpotifyClientCredentials()"]);

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(2, failure.Failures.Count());
        Assert.Equal($"{key} can't be parsed. {remedy}", failure.Failures.First(), ignoreCase: true);
        Assert.StartsWith("Spotify:ClientId is missing", failure.Failures.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestOptions.ClientSecret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstUse_WithoutAHost_FailsAndSendsNothing()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(options => (options.TokenEndpoint, options.ApiBaseAddress) = (fake.TokenEndpoint, fake.ApiBaseAddress));
            services.AddHttpClient("api").AddSpotifyBearerToken();
        });
        ClientCredentialsTokenProvider provider = services.GetRequiredService<ClientCredentialsTokenProvider>();

        await Assert.ThrowsAsync<OptionsValidationException>(async () => await provider.GetTokenAsync());
        Assert.Throws<OptionsValidationException>(() => services.CreateClient("api"));

        Assert.Empty(fake.TokenRequests);
    }

    [Fact]
    public async Task Settings_InConfiguration_AreAllBound()
    {
        using IHost host = CreateHost(
            [
                new("Music:Spotify:ClientId", "id"),
                new("Music:Spotify:ClientSecret", "secret"),
                new("Music:Spotify:TokenEndpoint", "http://127.0.0.1:1/token"),
                new("Music:Spotify:ApiBaseAddress", "http://127.0.0.1:1/v2"),
                new("Music:Spotify:RenewalWindow", "00:01:00"),
                new("Music:Spotify:TokenRequestTimeout", "00:00:07"),
                new("Music:Spotify:RequireHttps", "false"),
                new("Music:Spotify:NotASetting", "5"),
            ],
            Registrations["AddSpotifyClientCredentials(section)"]);
        await host.StartAsync();

        SpotifyClientCredentialsOptions options = host.Services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value;

        Assert.Equal(
            ("id", "secret", "http://127.0.0.1:1/token", "http://127.0.0.1:1/v2", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7), false),
            (options.ClientId, options.ClientSecret, options.TokenEndpoint.OriginalString, options.ApiBaseAddress.OriginalString, options.RenewalWindow, options.TokenRequestTimeout, options.RequireHttps));
    }

    [Fact]
    public async Task Settings_WithoutConfiguration_CanComeFromAnotherService()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSingleton(fake);
            services.AddSpotifyClientCredentials();
            services.AddOptions<SpotifyClientCredentialsOptions>().Configure<FakeSpotify>((options, fake) => fake.Configure(options));
        });

        await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();

        Assert.Single(fake.TokenRequests);
    }

    [GeneratedRegex(@"\(environment variable ([^)]+)\)")]
    private static partial Regex VariableName();

    private static IHost CreateHost(KeyValuePair<string, string?>[] settings, Action<IServiceCollection, IConfiguration> register)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        register(builder.Services, builder.Configuration);
        return builder.Build();
    }
}
