using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Limit;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials;

public static partial class SpotifyClientCredentialsHttpClientBuilderExtensions
{
    /// <summary>
    /// Holds the calls of this client to the Spotify Web API back while Spotify's rate limit is reached, together with those of the app's other
    /// clients in this process that call this method: after a 429 (RFC 6585, section 4), no call of the same path is sent before its
    /// <c>Retry-After</c> is over, and no call at all once a second path got a 429 within ten minutes. Calls then wait or, if that would take
    /// too long, get a 429 of the library's own, unsent. From each 429 the library also learns how many calls the app may send in 30 seconds.
    /// </summary>
    /// <remarks>
    /// <para>Call it after <c>AddSpotifyBearerToken</c> or before: the handler stands directly outside of the bearer handler, or innermost if
    /// there is none. Add resilience handlers before both, and leave 429 out of what they retry and of what opens their circuit breakers.</para>
    /// <para>Calling it again for the same client and app only adds configuration. Calling it for two apps, or for another app than the one whose
    /// token the client carries, makes creating the client throw an <see cref="InvalidOperationException"/>. In <c>ConfigureHttpClientDefaults</c>
    /// it applies to every client except those that request tokens, and gives way to a client's own call.</para>
    /// <para>Not thread-safe. https://developer.spotify.com/documentation/web-api/concepts/rate-limits</para>
    /// </remarks>
    /// <param name="builder">The client.</param>
    /// <param name="name">
    /// The name of the app, or <see langword="null"/> for the one whose token the client carries or, if it carries none, the one without a name.
    /// If the app was never added, creating the client throws an <see cref="InvalidOperationException"/>.
    /// </param>
    /// <param name="configure">Sets the options, or <see langword="null"/>. Invalid ones make the start of the host, or else creating the client,
    /// throw an <see cref="OptionsValidationException"/>.</param>
    /// <returns><paramref name="builder"/></returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static IHttpClientBuilder AddSpotifyRateLimit(
        this IHttpClientBuilder builder, string? name = null, Action<SpotifyRateLimitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string? app = name is null ? null : AppRegistration.NameOf(name);
        IServiceCollection services = builder.Services;
        services.TryAddSingleton<RateLimiters>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SpotifyRateLimitOptions>, RateLimitOptionsValidator>());
        if (builder.Name is not null)
        {
            services.AddOptions<SpotifyRateLimitOptions>(builder.Name).ValidateOnStart();
        }

        if (configure is not null)
        {
            // The builder that ConfigureHttpClientDefaults passes has no name, which means every client here too.
            services.AddSingleton<IConfigureOptions<SpotifyRateLimitOptions>>(new ConfigureNamedOptions<SpotifyRateLimitOptions>(builder.Name, configure));
        }

        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>>(provider => new RateLimitOfClient(provider, builder.Name, app));
        return builder;
    }

    /// <summary>Adds the handler after all that is configured: whichever call comes first, the bearer handler is there.</summary>
    private sealed class RateLimitOfClient(IServiceProvider services, string? clientName, string? app) : IPostConfigureOptions<HttpClientFactoryOptions>
    {
        public void PostConfigure(string? name, HttpClientFactoryOptions options)
        {
            string client = name ?? Options.DefaultName;
            if ((clientName is null || clientName == client) && !AppRegistration.IsTokenClient(services, client))
            {
                options.HttpMessageHandlerBuilderActions.Add(builder => AddHandler(builder.AdditionalHandlers, client));
                options.HttpClientActions.Add(http => services.GetRequiredService<RateLimiters>().CheckTimeout(client, http.Timeout, OptionsOf(client).MaxWait));
            }
        }

        private void AddHandler(IList<DelegatingHandler> handlers, string client)
        {
            RateLimitHandler? present = handlers.OfType<RateLimitHandler>().FirstOrDefault();
            BearerTokenHandler? bearer = handlers.OfType<BearerTokenHandler>().FirstOrDefault();
            bool isFromDefaults = clientName is null;
            if (present is { IsFromDefaults: false } && isFromDefaults)
            {
                return;
            }

            ClientCredentialsTokenProvider provider = bearer is not null && (app is null || isFromDefaults)
                ? bearer.Provider
                : AppRegistration.Provider(services, app ?? Options.DefaultName, nameof(AddSpotifyRateLimit));
            RateLimiter limiter = services.GetRequiredService<RateLimiters>().Of(provider);
            string? other = present is { IsFromDefaults: false } && present.Limiter != limiter ? present.Limiter.AppName
                : bearer is not null && bearer.Provider != provider ? bearer.Provider.Options.AppName
                : null;
            if (other is not null)
            {
                throw new InvalidOperationException(
                    $"AddSpotifyRateLimit was called for the Spotify app '{provider.Options.DisplayName}' on an HTTP client of the app "
                        + $"'{OptionsSnapshot.DisplayNameOf(other)}'. Remove one of the calls, or add a client for each app.");
            }

            _ = present is not null && handlers.Remove(present);
            OptionsSource settings = provider.Options;
            Func<bool, CancellationToken, ValueTask> readAsync = (isAsync, cancellationToken) =>
                settings.IsReadingHere ? ValueTask.CompletedTask : settings.ReadAsync(isOptional: true, isAsync, cancellationToken);
            handlers.Insert(bearer is null ? handlers.Count : handlers.IndexOf(bearer), new RateLimitHandler(
                limiter, OptionsOf(client).MaxWait, () => settings.Known, bearer is null ? readAsync : null)
            { IsFromDefaults = isFromDefaults });
        }

        private SpotifyRateLimitOptions OptionsOf(string client) => services.GetRequiredService<IOptionsMonitor<SpotifyRateLimitOptions>>().Get(client);
    }

    /// <summary>What the apps of a container know of their rate limits.</summary>
    private sealed class RateLimiters(IServiceProvider services) : IDisposable
    {
        private readonly ConcurrentDictionary<ClientCredentialsTokenProvider, Lazy<RateLimiter>> _limiters = new();
        private readonly ConcurrentDictionary<string, bool> _checkedClients = new();

        public RateLimiter Of(ClientCredentialsTokenProvider provider) => _limiters.GetOrAdd(provider, _ => new Lazy<RateLimiter>(() => Create(provider))).Value;

        /// <summary>Warns, once for each client, if its time limit ends before the longest wait does.</summary>
        public void CheckTimeout(string client, TimeSpan timeout, TimeSpan maxWait)
        {
            if (timeout != Timeout.InfiniteTimeSpan && timeout <= maxWait && _checkedClients.TryAdd(client, true))
            {
                RateLimitLog.TimeoutTooShort(Logger, client, timeout, maxWait);
            }
        }

        public void Dispose()
        {
            foreach (Lazy<RateLimiter> limiter in _limiters.Values)
            {
                limiter.Value.Dispose();
            }
        }

        private ILogger Logger => services.GetService<ILogger<ClientCredentialsTokenProvider>>() ?? (ILogger)NullLogger.Instance;

        private RateLimiter Create(ClientCredentialsTokenProvider provider)
        {
            OptionsSource settings = provider.Options;
            RateLimiter limiter = new(
                settings.AppName,
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                Logger,
                RateLimitTelemetry.From(services.GetService<IMeterFactory>()));
            settings.Changed += () => limiter.Adopt(settings.Known!);
            return limiter;
        }
    }
}
