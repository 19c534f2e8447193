/**
 * Services whose keys have no form of their own: hexadecimal digits, or letters and digits, that nothing tells from a checksum but the name beside
 * them. In small letters, without blanks. Names that are words of a language (`segment`, `front`) are left out, and so are services whose
 * checksums stand beside their names (`github`, `docker`).
 */
export const SERVICE_NAMES: ReadonlySet<string> = new Set(
  // Monitoring, mail, messages, telephones.
  (
    "datadog newrelic dynatrace bugsnag rollbar airbrake honeybadger loggly logdna logzio papertrail sumologic sumo pagerduty opsgenie statuspage uptimerobot pingdom statuscake " +
    "twilio plivo vonage nexmo messagebird sinch telnyx bandwidth clicksend bulksms textmagic ringcentral signalwire sendbird pusher pubnub ably onesignal pushover pushbullet " +
    "mandrill mailjet mailchimp mailgun sparkpost postmark sendgrid sendinblue brevo mailerlite getresponse convertkit klaviyo elasticemail moosend lemlist " +
    "intercom zendesk freshdesk helpscout livechat kayako groovehq gorgias drift mattermost gitter disqus zulip discourse linenotify kakao wechat naver " +
    // Clouds, hosts, builds, identity.
    "algolia elasticsearch typesense meilisearch cloudflare fastly netlify linode vultr hetzner ovh scaleway wasabi backblaze packagecloud cloudsmith jfrog artifactory bintray " +
    "travis drone droneci circleci bitrise appveyor codeship codemagic coveralls codecov codacy codeclimate saucelabs browserstack lambdatest testingbot percy " +
    "okta auth0 onelogin stytch clerk fusionauth jumpcloud duosecurity hasura contentful storyblok sanity prismic graphcms kontent contentstack cosmicjs " +
    "confluent couchbase neo4j elastic influxdb timescale fauna aiven redislabs upstash tencent alibaba aliyun baidu yandex ibmcloud rapidapi apilayer getpostman ngrok zerotier portainer snowflake " +
    // Data, maps, weather, exchange rates, networks.
    "openweather openweathermap weatherstack weatherbit accuweather tomorrowio visualcrossing weatherapi airvisual ambee mapquest mapbox tomtom hereapi opencage opencagedata locationiq " +
    "positionstack geoapify graphhopper geocodio smartystreets ipinfo ipstack ipapi ipgeolocation ipdata maxmind ip2location abuseipdb virustotal shodan censys securitytrails urlscan " +
    "alienvault greynoise hunterio clearbit fullcontact rocketreach zerobounce neverbounce kickbox numverify veriphone mailboxlayer currencylayer exchangerate exchangeratesapi openexchangerates " +
    "fixerio fastforex currencyfreaks coinlayer coinmarketcap coinapi coingecko cryptocompare nomics glassnode messari alphavantage finnhub twelvedata marketstack tiingo iexcloud intrinio " +
    "polygonio quandl nasdaqdatalink financialmodelingprep etherscan bscscan polygonscan infura alchemy moralis quicknode blocknative ethplorer tatumio getblock pinata web3storage nftstorage " +
    "serpapi serper serpstack zenserp scraperapi scrapestack scrapingbee scrapingant scrapfly zenrows scrapeowl browserless apiflash screenshotapi screenshotlayer pdfshift pdflayer html2pdf cloudconvert convertapi " +
    "newsapi newscatcher mediastack currentsapi nytimes tmdb themoviedb omdb lastfm musixmatch spotify soundcloud vimeo giphy tenor pexels unsplash pixabay flickr imgur imagga cloudinary imagekit uploadcare tinypng tinify removebg photoroom " +
    "spoonacular edamam nutritionix calorieninja foursquare yelp ticketmaster eventbrite strava fitbit " +
    // Models and what works on texts.
    "cohere mistral mistralai deepgram assemblyai ai21 stabilityai elevenlabs speechmatics speechtext clarifai deepai deepl monkeylearn meaningcloud textrazor aylien dandelion nlpcloud writesonic " +
    "anyscale fireworksai togetherai deepinfra novita hyperbolic lepton octoai openai anthropic groq replicate huggingface perplexity voyageai jinaai exaai bravesearch wolframalpha edenai diffbot " +
    // Offices, shops, money.
    "looker asana trello todoist clickup wrike basecamp airtable smartsheet coda jotform typeform surveymonkey calendly toggl clockify harvestapp everhour timecamp pipedrive hubspot salesforce zoho " +
    "insightly copper capsulecrm freshbooks freshsales xero quickbooks invoiceninja chargebee recurly paddle gumroad lemonsqueezy braintree paypal adyen razorpay mollie gocardless dwolla paystack flutterwave paymongo instamojo " +
    "wepay payoneer taxjar avalara shippo easypost shipengine aftership shipstation etsy ebay bigcommerce woocommerce magento squarespace webflow contentstack wistia muxinc mixpanel amplitude heap fullstory hotjar optimizely launchdarkly " +
    "segmentio customerio braze iterable leanplum appcues chartmogul baremetrics geckoboard databox lokalise crowdin transifex phraseapp poeditor bitly rebrandly tinyurl ifttt zapier pipedream " +
    // Exchanges and networks of people.
    "binance kraken coinbase kucoin bitfinex bitmex bittrex bitstamp bybit okx huobi poloniex cexio deribit ftx oanda tradier alpaca robinhood " +
    "twitter facebook instagram linkedin pinterest snapchat tiktok reddit tumblr twitch youtube patreon meetup docusign hellosign pandadoc signnow box dropbox onedrive"
  ).split(" "),
);
